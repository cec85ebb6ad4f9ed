// SPDX-License-Identifier: Apache-2.0
/*
 * The module `spawn`: programs started without a copy of the caller.
 *
 * os.exec() forks: the page tables of the whole heap are copied, each page that either side writes to afterwards is a
 * fault and a TLB flush on every processor, and the child closes a thousand descriptors one by one. In an emulated guest
 * that is a third of the time a short test takes. posix_spawn() lends the child the caller's memory until it executes.
 */
/* asprintf(), environ, and what posix_spawn() can do beyond POSIX. */
#define _GNU_SOURCE

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "spawn.h"

enum { STREAMS = 3 };

/* Strings for an exec call, ended by NULL. */
struct strings {
	char **list;
	size_t length;
};

static void free_strings(struct strings *strings)
{
	for (size_t i = 0; i < strings->length; i++)
		free(strings->list[i]);
	free(strings->list);
}

/* Makes room for `length` strings: false, and an exception, when there is none. */
static bool make_strings(JSContext *ctx, struct strings *strings, size_t length)
{
	strings->length = 0;
	strings->list = calloc(length + 1, sizeof(*strings->list));
	if (!strings->list)
		JS_ThrowOutOfMemory(ctx);
	return strings->list;
}

/* Takes `value` over, whose text follows `prefix`. */
static bool add_string(JSContext *ctx, struct strings *strings, const char *prefix, JSValue value)
{
	const char *text = JS_ToCString(ctx, value);
	int length = -1;

	JS_FreeValue(ctx, value);
	if (text) {
		length = asprintf(&strings->list[strings->length], "%s%s", prefix, text);
		JS_FreeCString(ctx, text);
		if (length < 0)
			JS_ThrowOutOfMemory(ctx);
		else
			strings->length++;
	}
	return length >= 0;
}

static bool read_command(JSContext *ctx, JSValueConst array, struct strings *command)
{
	int64_t length;
	JSValue value = JS_GetPropertyStr(ctx, array, "length");
	bool read = !JS_IsException(value) && !JS_ToInt64(ctx, &length, value);

	JS_FreeValue(ctx, value);
	if (!read)
		return false;
	if (length < 1 || length > UINT16_MAX) {
		JS_ThrowRangeError(ctx, "a command of %lld words", (long long)length);
		return false;
	}
	if (!make_strings(ctx, command, (size_t)length))
		return false;
	for (uint32_t i = 0; i < length; i++)
		if (!add_string(ctx, command, "", JS_GetPropertyUint32(ctx, array, i)))
			return false;
	return true;
}

static bool add_variable(JSContext *ctx, JSValueConst object, JSAtom name, struct strings *environment)
{
	const char *text = JS_AtomToCString(ctx, name);
	char *prefix = NULL;
	bool added = text && asprintf(&prefix, "%s=", text) >= 0 &&
		     add_string(ctx, environment, prefix, JS_GetProperty(ctx, object, name));

	free(prefix);
	JS_FreeCString(ctx, text);
	return added;
}

static bool read_environment(JSContext *ctx, JSValueConst object, struct strings *environment)
{
	JSPropertyEnum *names;
	uint32_t count;
	bool read;

	if (JS_GetOwnPropertyNames(ctx, &names, &count, object, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY))
		return false;
	read = make_strings(ctx, environment, count);
	for (uint32_t i = 0; i < count; i++) {
		read = read && add_variable(ctx, object, names[i].atom, environment);
		JS_FreeAtom(ctx, names[i].atom);
	}
	js_free(ctx, names);
	return read;
}

/* The pid, or minus the errno of what could not be done: the program's own included. */
static int start(char **command, char **environment, const char *cwd, const int streams[STREAMS])
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return -error;
	for (int i = 0; i < STREAMS && !error; i++)
		error = posix_spawn_file_actions_adddup2(&actions, streams[i], i);
	if (!error)
		error = posix_spawn_file_actions_addclosefrom_np(&actions, STREAMS);
	if (!error && cwd)
		error = posix_spawn_file_actions_addchdir_np(&actions, cwd);
	if (!error)
		error = posix_spawn(&pid, command[0], &actions, NULL, command, environment);
	posix_spawn_file_actions_destroy(&actions);
	return error ? -error : pid;
}

/* spawn(command, stdin, stdout, stderr, cwd, environment): see QuickJsSpawn in packages/shared. */
static JSValue spawn_program(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct strings command = { 0 }, environment = { 0 };
	const char *cwd = NULL;
	int streams[STREAMS];
	JSValue pid = JS_EXCEPTION;

	(void)self, (void)argc;
	for (int i = 0; i < STREAMS; i++)
		if (JS_ToInt32(ctx, &streams[i], argv[1 + i]))
			return JS_EXCEPTION;
	if (!read_command(ctx, argv[0], &command))
		goto out;
	if (!JS_IsUndefined(argv[4])) {
		cwd = JS_ToCString(ctx, argv[4]);
		if (!cwd)
			goto out;
	}
	if (!JS_IsUndefined(argv[5]) && !read_environment(ctx, argv[5], &environment))
		goto out;
	pid = JS_NewInt32(ctx, start(command.list, environment.list ? environment.list : environ, cwd, streams));
out:
	JS_FreeCString(ctx, cwd);
	free_strings(&command);
	free_strings(&environment);
	return pid;
}

static const JSCFunctionListEntry exports[] = { JS_CFUNC_DEF("spawn", 6, spawn_program) };

static int fill(JSContext *ctx, JSModuleDef *module)
{
	return JS_SetModuleExportList(ctx, module, exports, sizeof(exports) / sizeof(exports[0]));
}

bool init_module_spawn(JSContext *ctx)
{
	JSModuleDef *module = JS_NewCModule(ctx, "spawn", fill);

	return module && JS_AddModuleExportList(ctx, module, exports, sizeof(exports) / sizeof(exports[0])) == 0;
}

// SPDX-License-Identifier: Apache-2.0
/*
 * qjs: runs one ES module under QuickJS, for the guest.
 *
 *     qjs [--hold LOADED GO [--power-off]] FILE [ARG]...
 *
 * `std`, `os` and `spawn` can be imported; `scriptArgs` is [FILE, ARG...]. The exit status is 0 when the module and
 * everything it started have ended, 1 after an exception or an unhandled rejection (printed on stderr), 2 for a
 * usage error, and whatever std.exit() was given otherwise. FILE.bc is used in place of FILE's text where it fits.
 *
 * With --hold there is a global function hold(). The module calls it where runs begin to differ: that this has come is said
 * in the FIFO LOADED, and it returns when something comes by the FIFO GO. If that is closed instead, all ends with status 0.
 * So a guest can be saved with the module in memory. What Math.random() gives is settled then; nothing that has to differ
 * between restored guests may come of it. With --power-off too, the guest is switched off when the module that went on has
 * ended: another program for that would have to be loaded first.
 *
 * Why not Debian's own qjs: it is linked dynamically (the loader costs a quarter of a second in an emulated guest)
 * and carries on after an unhandled rejection.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include <quickjs/quickjs-libc.h>

#include "bytecode.h"
#include "spawn.h"

enum { EXIT_USAGE = 2 };

/* A rejected promise nobody has handled yet. */
struct rejection {
	struct rejection *next;
	JSValue promise;
	JSValue reason;
};

struct tracker {
	struct rejection *unhandled;
	JSValue set_timeout; /* os.setTimeout */
	bool check_due;
};

static JSContext *new_context(JSRuntime *rt)
{
	JSContext *ctx = JS_NewContext(rt);

	if (!ctx)
		return NULL;
	js_init_module_std(ctx, "std");
	js_init_module_os(ctx, "os");
	return init_module_spawn(ctx) ? ctx : NULL;
}

static void forget(JSContext *ctx, struct rejection **link)
{
	struct rejection *gone = *link;

	*link = gone->next;
	JS_FreeValue(ctx, gone->promise);
	JS_FreeValue(ctx, gone->reason);
	free(gone);
}

/* Runs from a timer, that is, after every job that could still have attached a handler. */
static JSValue check_rejections(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct tracker *tracker = JS_GetContextOpaque(ctx);

	(void)self, (void)argc, (void)argv;
	tracker->check_due = false;
	if (tracker->unhandled) {
		JS_Throw(ctx, JS_DupValue(ctx, tracker->unhandled->reason));
		js_std_dump_error(ctx);
		exit(EXIT_FAILURE);
	}
	return JS_UNDEFINED;
}

static void check_later(JSContext *ctx, struct tracker *tracker)
{
	JSValue args[2] = { JS_NewCFunction(ctx, check_rejections, "checkRejections", 0), JS_NewInt32(ctx, 0) };

	JS_FreeValue(ctx, JS_Call(ctx, tracker->set_timeout, JS_UNDEFINED, 2, args));
	JS_FreeValue(ctx, args[0]);
	tracker->check_due = true;
}

static void on_rejection(JSContext *ctx, JSValueConst promise, JSValueConst reason, JS_BOOL handled, void *opaque)
{
	struct tracker *tracker = opaque;
	struct rejection *entry;

	if (handled) {
		for (struct rejection **link = &tracker->unhandled; *link; link = &(*link)->next)
			if (JS_StrictEq(ctx, (*link)->promise, promise))
				return forget(ctx, link);
		return;
	}
	entry = malloc(sizeof(*entry));
	if (!entry)
		abort();
	*entry = (struct rejection){
		.next = tracker->unhandled,
		.promise = JS_DupValue(ctx, promise),
		.reason = JS_DupValue(ctx, reason),
	};
	tracker->unhandled = entry;
	if (!tracker->check_due)
		check_later(ctx, tracker);
}

/* Compiles `source` as module `name`: the module, or an exception. */
static JSValue compile_module(JSContext *ctx, const char *source, size_t length, const char *name)
{
	return JS_Eval(ctx, source, length, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
}

/* The same for a file that has been read, by its bytecode if there is some. */
static JSValue compile_file(JSContext *ctx, const uint8_t *source, size_t length, const char *path)
{
	JSValue module = load_bytecode(ctx, path, source, length);

	return JS_IsUndefined(module) ? compile_module(ctx, (const char *)source, length, path) : module;
}

/* Starts a compiled module: the promise of its evaluation, or an exception. */
static JSValue start_module(JSContext *ctx, JSValue module)
{
	return JS_IsException(module) ? module : JS_EvalFunction(ctx, module);
}

static const char *loaded, *go;
static bool powers_off;

/* Says in one FIFO that all is ready, and waits at the other for a word to go on: whether there was one. */
static bool await_go(void)
{
	FILE *fifo = fopen(loaded, "w");
	bool goes;

	if (!fifo || fputs("loaded\n", fifo) < 0 || fclose(fifo)) {
		perror(loaded);
		return false;
	}
	fifo = fopen(go, "r");
	if (!fifo) {
		perror(go);
		return false;
	}
	goes = fgetc(fifo) != EOF;
	fclose(fifo);
	return goes;
}

/* As `poweroff -f` does. Where it may not, whoever has started this finds that out. */
static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
}

static JSValue hold(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	(void)ctx, (void)self, (void)argc, (void)argv;
	if (!await_go())
		exit(EXIT_SUCCESS);
	if (powers_off)
		atexit(power_off);
	return JS_UNDEFINED;
}

static void offer_hold(JSContext *ctx)
{
	JSValue global = JS_GetGlobalObject(ctx);

	JS_SetPropertyStr(ctx, global, "hold", JS_NewCFunction(ctx, hold, "hold", 0));
	JS_FreeValue(ctx, global);
}

/* The C API offers no way to a module's exports: fetch os.setTimeout through a global that is gone afterwards. */
static bool find_set_timeout(JSContext *ctx, struct tracker *tracker)
{
	static const char source[] = "import { setTimeout } from 'os'; globalThis.setTimeout = setTimeout;";
	JSValue global = JS_GetGlobalObject(ctx);
	JSValue done = start_module(ctx, compile_module(ctx, source, sizeof(source) - 1, "<set-up>"));
	JSAtom name = JS_NewAtom(ctx, "setTimeout");
	bool found;

	tracker->set_timeout = JS_GetProperty(ctx, global, name);
	found = !JS_IsException(done) && JS_IsFunction(ctx, tracker->set_timeout);
	JS_DeleteProperty(ctx, global, name, 0);
	JS_FreeAtom(ctx, name);
	JS_FreeValue(ctx, done);
	JS_FreeValue(ctx, global);
	return found;
}

int main(int argc, char **argv)
{
	struct tracker tracker = { .set_timeout = JS_UNDEFINED };
	JSRuntime *rt;
	JSContext *ctx;
	uint8_t *source;
	size_t length;
	JSValue module, evaluation;

	if (argc > 3 && strcmp(argv[1], "--hold") == 0) {
		loaded = argv[2];
		go = argv[3];
		argv += 3;
		argc -= 3;
		powers_off = argc > 1 && strcmp(argv[1], "--power-off") == 0;
		argv += powers_off;
		argc -= powers_off;
	}
	if (argc < 2) {
		fprintf(stderr, "usage: qjs [--hold LOADED GO [--power-off]] FILE [ARG]...\n");
		return EXIT_USAGE;
	}
	rt = JS_NewRuntime();
	if (!rt)
		abort();
	js_std_set_worker_new_context_func(new_context);
	js_std_init_handlers(rt);
	JS_SetModuleLoaderFunc(rt, NULL, js_module_loader, NULL);
	ctx = new_context(rt);
	if (!ctx)
		abort();
	JS_SetContextOpaque(ctx, &tracker);
	js_std_add_helpers(ctx, argc - 1, argv + 1);
	if (!find_set_timeout(ctx, &tracker))
		abort();
	JS_SetHostPromiseRejectionTracker(rt, on_rejection, &tracker);
	if (go)
		offer_hold(ctx);

	source = js_load_file(ctx, &length, argv[1]);
	if (!source) {
		perror(argv[1]);
		return EXIT_USAGE;
	}
	module = compile_file(ctx, source, length, argv[1]);
	evaluation = start_module(ctx, module);
	if (JS_IsException(evaluation)) {
		js_std_dump_error(ctx);
		return EXIT_FAILURE;
	}
	js_std_loop(ctx);
	if (JS_PromiseState(ctx, evaluation) == JS_PROMISE_PENDING) {
		fprintf(stderr, "%s: waits for a promise that nothing will settle\n", argv[1]);
		return EXIT_FAILURE;
	}
	/* The kernel frees the heap faster than we could. */
	return EXIT_SUCCESS;
}

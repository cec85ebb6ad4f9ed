// SPDX-License-Identifier: Apache-2.0
/* Runs the tests and reports in KTAP. */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "life.h"

#define EXIT_SKIP	4	/* as kselftest has it */

const char *device = "/dev/smmute0";
const char *module;

static struct test *tests;
static struct test **end = &tests;

void add_test(struct test *test)
{
	*end = test;
	end = &test->next;
}

void fail_at(const char *file, int line, const char *format, ...)
{
	va_list arguments;

	printf("# %s:%d: ", file, line);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	fflush(stdout);
	_exit(EXIT_FAILURE);
}

void skip(const char *why)
{
	printf("# skipped: %s\n", why);
	fflush(stdout);
	_exit(EXIT_SKIP);
}

uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int run(const struct test *test)
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		alarm(test->seconds);
		test->run();
		/* Without atexit(3): buffers are the kernel's to clean up. */
		fflush(stdout);
		_exit(EXIT_SUCCESS);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return EXIT_FAILURE;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	printf("# ended by signal %d, %s\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
	return EXIT_FAILURE;
}

static bool is_wanted(const char *name, char *const *wanted)
{
	if (!*wanted)
		return true;
	for (; *wanted; wanted++)
		if (strstr(name, *wanted))
			return true;
	return false;
}

static bool report(const struct test *test, unsigned int number)
{
	uint64_t begun = now_ms();
	int result = run(test);

	printf("%s %u %s%s # %llu ms\n",
	       result == EXIT_SUCCESS || result == EXIT_SKIP ? "ok" : "not ok", number, test->name,
	       result == EXIT_SKIP ? " # SKIP" : "", (unsigned long long)(now_ms() - begun));
	fflush(stdout);
	return result == EXIT_SUCCESS || result == EXIT_SKIP;
}

int main(int argc, char **argv)
{
	unsigned int number = 0, failed = 0;
	const struct test *test;
	int option;

	while ((option = getopt(argc, argv, "d:m:")) != -1) {
		switch (option) {
		case 'd':
			device = optarg;
			break;
		case 'm':
			module = optarg;
			break;
		default:
			fprintf(stderr, "usage: %s [-d /dev/smmuteN] [-m smmute.ko] [part of a test's name]...\n",
				argv[0]);
			return 2;
		}
	}
	function_address();	/* while it is bound */
	for (test = tests; test; test = test->next)
		number += is_wanted(test->name, argv + optind);
	printf("KTAP version 1\n1..%u\n", number);

	number = 0;
	for (test = tests; test; test = test->next)
		if (is_wanted(test->name, argv + optind))
			failed += !report(test, ++number);
	printf("# %u of %u failed\n", failed, number);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

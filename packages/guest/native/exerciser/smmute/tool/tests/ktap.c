// SPDX-License-Identifier: Apache-2.0
#ifdef SMMUTE_CHECK
#include <stdarg.h>
#include <stdio.h>

#include "ktap.h"

static unsigned int tests, failures;

bool ktap_ok(bool holds, const char *name)
{
	printf("%s %u %s\n", holds ? "ok" : "not ok", ++tests, name);
	failures += !holds;
	return holds;
}

void ktap_comment(const char *format, ...)
{
	va_list arguments;

	fputs("# ", stdout);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

int ktap_end(void)
{
	printf("1..%u\n", tests);
	return failures > 0;
}

#endif

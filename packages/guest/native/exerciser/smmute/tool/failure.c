// SPDX-License-Identifier: Apache-2.0
#include <stdarg.h>
#include <stdio.h>

#include "failure.h"

#define MAX_MORE	16u

static void print_line(const char *text)
{
	/* One write(2): others may write to the same terminal. */
	fprintf(stderr, "smmute: %s\n", text);
}

void note(const char *format, ...)
{
	char text[sizeof(((struct failure *)0)->reason)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	print_line(text);
}

void failure_add(struct failure *failure, enum status status, const char *format, ...)
{
	char text[sizeof(failure->reason)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (has_failed(failure)) {
		if (failure->more++ < MAX_MORE)
			print_line(text);
		return;
	}
	failure->status = status;
	snprintf(failure->reason, sizeof(failure->reason), "%s", text);
}

bool has_failed(const struct failure *failure)
{
	return failure->status != STATUS_OK;
}

int failure_end(const struct failure *failure)
{
	if (has_failed(failure))
		print_line(failure->reason);
	return (int)failure->status;
}

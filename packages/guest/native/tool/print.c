// SPDX-License-Identifier: Apache-2.0
/* What scripts read. One write(2) a transaction, so that a kill loses none that ended. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tool.h"

#define LINE	16u
#define SHOWN	64u	/* bytes at either end of a long buffer */

void print_result(const char *title, const struct smmute_result *result, uint64_t microseconds)
{
	printf("%s:\n"
	       "- transaction          = %" PRIu64 "\n"
	       "- status               = %u %s\n"
	       "- value                = 0x%" PRIx64 "\n"
	       "- duration             = %" PRIu64 " us\n",
	       title, (uint64_t)result->transaction_id, result->status,
	       strerror((int)result->status), (uint64_t)result->value, microseconds);
}

static void print_lines(const uint8_t *buffer, size_t from, size_t to, int width)
{
	static const char digits[] = "0123456789abcdef";
	char text[3 * LINE + 1];
	size_t i, end;
	char *p;

	for (i = from; i < to; i = end) {
		end = (i / LINE + 1) * LINE;
		if (end > to)
			end = to;
		p = text;
		for (size_t n = i; n < end; n++) {
			*p++ = digits[buffer[n] >> 4];
			*p++ = digits[buffer[n] & 15];
			*p++ = ' ';
		}
		*p = '\0';
		printf("%0*zx: %s\n", width, i, text);
	}
}

void print_buffer(const uint8_t *buffer, size_t size)
{
	int width = snprintf(NULL, 0, "%zx", size);

	puts("Output buffer:");
	if (size <= 2 * SHOWN) {
		print_lines(buffer, 0, size, width);
		return;
	}
	print_lines(buffer, 0, SHOWN, width);
	puts(" ...");
	print_lines(buffer, size - SHOWN, size, width);
}

// SPDX-License-Identifier: Apache-2.0
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "print.h"
#include "result.h"

#define LINE	16u
#define SHOWN	64u	/* bytes at either end of a long buffer */

void print_second_result(const struct smmute_result *result, const uint8_t *command)
{
	uint64_t now;

	memcpy(&now, command, sizeof(now));
	print_status("Result 2", result->transaction_id, (int)result->status);
	printf("Command is now 0x%" PRIx64 "\n", le64toh(now));
}

/* A last line of one byte ends without a newline: so does the original's, and there are scripts that know. */
static void print_lines(const uint8_t *buffer, size_t from, size_t to, size_t size, int width)
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
		printf("%0*zx: %s%s", width, i, text, end == size && size % LINE == 1 ? "" : "\n");
	}
}

void print_buffer(const uint8_t *buffer, size_t size)
{
	int width = snprintf(NULL, 0, "%zx", size);

	puts("Output buffer:");
	if (size <= 2 * SHOWN) {
		print_lines(buffer, 0, size, size, width);
		return;
	}
	print_lines(buffer, 0, SHOWN, size, width);
	puts(" ...");
	print_lines(buffer, size - SHOWN, size, size, width);
}

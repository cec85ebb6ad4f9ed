// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "result.h"

void print_status(const char *title, uint64_t transaction, int status)
{
	printf("%s:\n"
	       "- transaction          = %" PRIu64 "\n"
	       "- status               = %d %s\n",
	       title, transaction, status, strerror(status));
}

void print_result(uint64_t transaction, int status, uint64_t value, uint64_t microseconds)
{
	print_status("Result", transaction, status);
	printf("- value                = 0x%" PRIx64 "\n"
	       "- duration             = %" PRIu64 " us\n",
	       value, microseconds);
}

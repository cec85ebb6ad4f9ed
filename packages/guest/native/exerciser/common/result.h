/* SPDX-License-Identifier: Apache-2.0 */
/* What tools print of a transaction, and the agent reads. */
#ifndef RESULT_H
#define RESULT_H

#include <stdint.h>

/* The first lines, under a title of one's own. */
void print_status(const char *title, uint64_t transaction, int status);
void print_result(uint64_t transaction, int status, uint64_t value, uint64_t microseconds);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal, or hexadecimal after 0x; false if it is neither, or not from min to max. */
bool number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What scripts read, on standard output. */
#ifndef PRINT_H
#define PRINT_H

#include <stddef.h>
#include <stdint.h>

#include "smmute.h"

/* P2P's second is told in short, and then what the first's eight bytes are now. */
void print_second_result(const struct smmute_result *result, const uint8_t *command);
void print_buffer(const uint8_t *buffer, size_t size);

#endif

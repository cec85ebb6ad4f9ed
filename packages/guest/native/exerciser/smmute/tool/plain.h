/* SPDX-License-Identifier: Apache-2.0 */
/* What buffers hold when nothing is compared: what people look at in a dump. */
#ifndef PLAIN_H
#define PLAIN_H

#include <stddef.h>
#include <stdint.h>

/* MEMCPY's input: byte i is i - seed. */
void plain_fill_bytes(uint8_t *input, size_t size, uint32_t seed);
/* SUM64's: each word is 1, so that the sum is the number of words. */
void plain_fill_words(uint8_t *input, size_t size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A pattern of words that the seed and their place on the device say. Sizes and places are bytes, multiples of 8. */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>
#include <stdint.h>

void words_fill(uint64_t *words, size_t size, uint64_t at, uint32_t seed);
/* Each word is another than words_fill() makes it. */
void words_spoil(uint64_t *words, size_t size, uint64_t at, uint32_t seed);
/* The first byte that is wrong, or size if none is. */
size_t words_check(const uint64_t *words, size_t size, uint64_t at, uint32_t seed);
uint64_t words_checksum(const uint64_t *words, size_t size);

#endif

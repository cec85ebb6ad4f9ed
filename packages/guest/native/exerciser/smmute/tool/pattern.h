/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is put into memory: streams of 64-bit little-endian words, each word a
 * bijective mix of a key and its place. So every word says where it belongs,
 * wherever it is found.
 */
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATTERN_WORD	sizeof(uint64_t)

/* Of the data of one launch. */
uint64_t pattern_key(uint64_t seed, uint64_t transaction, uint64_t repetition);
/* Of another stream that goes with it. */
uint64_t pattern_other_key(uint64_t key, uint64_t which);

uint64_t pattern_word(uint64_t key, uint64_t index);
/* Which word of the stream this is; senseless (in practice huge) if it is of another. */
uint64_t pattern_index(uint64_t key, uint64_t word);

/* Bytes of a stream, from any byte of it on. */
void pattern_read(uint64_t key, size_t at, uint8_t *bytes, size_t size);
/* What the words add up to, as SUM64 does. */
uint64_t pattern_sum(uint64_t key, size_t words);

#endif

// SPDX-License-Identifier: Apache-2.0
/* What is written: a word depends on the seed and on its place on the device, so that blocks that are
 * swapped, shifted or stale are told from right ones. */
#include <endian.h>

#include "words.h"

#define WORD sizeof(uint64_t)

/* The output function of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators"). */
static uint64_t word_at(uint64_t at, uint32_t seed)
{
	uint64_t z = at / WORD + (seed + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return htole64(z ^ z >> 31);
}

void words_fill(uint64_t *words, size_t size, uint64_t at, uint32_t seed)
{
	for (size_t i = 0; i < size / WORD; i++)
		words[i] = word_at(at + i * WORD, seed);
}

void words_spoil(uint64_t *words, size_t size, uint64_t at, uint32_t seed)
{
	for (size_t i = 0; i < size / WORD; i++)
		words[i] = ~word_at(at + i * WORD, seed);
}

size_t words_check(const uint64_t *words, size_t size, uint64_t at, uint32_t seed)
{
	const uint8_t *bytes = (const uint8_t *)words;
	uint64_t right;
	size_t byte;

	for (size_t i = 0; i < size / WORD; i++) {
		right = word_at(at + i * WORD, seed);
		if (words[i] == right)
			continue;
		for (byte = 0; bytes[i * WORD + byte] == ((const uint8_t *)&right)[byte]; byte++)
			;
		return i * WORD + byte;
	}
	return size;
}

/* FNV-1a of 64 bits, over 64-bit little-endian words instead of bytes: an eighth of the steps. */
uint64_t words_checksum(const uint64_t *words, size_t size)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < size / WORD; i++)
		sum = (sum ^ le64toh(words[i])) * UINT64_C(0x100000001b3);
	return sum;
}

// SPDX-License-Identifier: Apache-2.0
#include <endian.h>
#include <string.h>

#include "pattern.h"

/* SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators"). */
#define GOLDEN		UINT64_C(0x9e3779b97f4a7c15)
#define FACTOR_1	UINT64_C(0xbf58476d1ce4e5b9)
#define FACTOR_2	UINT64_C(0x94d049bb133111eb)
/* Their inverses modulo 2^64. */
#define INVERSE_1	UINT64_C(0x96de1b173f119089)
#define INVERSE_2	UINT64_C(0x319642b2d24d8ec3)

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * FACTOR_1;
	z = (z ^ z >> 27) * FACTOR_2;
	return z ^ z >> 31;
}

static uint64_t unmix(uint64_t z)
{
	z = (z ^ z >> 31 ^ z >> 62) * INVERSE_2;
	z = (z ^ z >> 27 ^ z >> 54) * INVERSE_1;
	return z ^ z >> 30 ^ z >> 60;
}

uint64_t pattern_key(uint64_t seed, uint64_t transaction, uint64_t repetition)
{
	uint64_t key = mix(seed + GOLDEN);

	key = mix(key + GOLDEN * (transaction + 1));
	return mix(key + GOLDEN * (repetition + 1));
}

uint64_t pattern_other_key(uint64_t key, uint64_t which)
{
	return mix(~key + GOLDEN * (which + 1));
}

uint64_t pattern_word(uint64_t key, uint64_t index)
{
	return mix(key + index);
}

uint64_t pattern_index(uint64_t key, uint64_t word)
{
	return unmix(word) - key;
}

void pattern_read(uint64_t key, size_t at, uint8_t *bytes, size_t size)
{
	uint64_t next = key + at / PATTERN_WORD;
	size_t skip = at % PATTERN_WORD, part;
	uint64_t word;

	if (skip && size) {
		word = htole64(mix(next++));
		part = PATTERN_WORD - skip < size ? PATTERN_WORD - skip : size;
		memcpy(bytes, (const uint8_t *)&word + skip, part);
		bytes += part;
		size -= part;
	}
	for (; size >= PATTERN_WORD; size -= PATTERN_WORD, bytes += PATTERN_WORD) {
		word = htole64(mix(next++));
		memcpy(bytes, &word, PATTERN_WORD);
	}
	if (size) {
		word = htole64(mix(next));
		memcpy(bytes, &word, size);
	}
}

uint64_t pattern_sum(uint64_t key, size_t words)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < words; i++)
		sum += mix(key + i);
	return sum;
}

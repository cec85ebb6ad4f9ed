// SPDX-License-Identifier: Apache-2.0
#ifdef SMMUTE_CHECK
#include <string.h>

#include "../pattern.h"
#include "ktap.h"

#define WORDS	2048u

static bool tells_its_place(uint64_t key)
{
	for (uint64_t i = 0; i < WORDS; i++)
		if (pattern_index(key, pattern_word(key, i)) != i)
			return false;
	return true;
}

/* However it is cut, it is the same stream. */
static bool is_one_stream(uint64_t key)
{
	uint8_t all[96], part[96];
	size_t from, to;

	pattern_read(key, 0, all, sizeof(all));
	for (from = 0; from < sizeof(all); from++) {
		for (to = from; to <= sizeof(all); to++) {
			pattern_read(key, from, part, to - from);
			if (memcmp(all + from, part, to - from))
				return false;
		}
	}
	return true;
}

void test_pattern(void)
{
	static const uint8_t first[] = { 0xaf, 0xcd, 0x1d, 0x7b, 0x39, 0xa8, 0x20, 0xe2 };
	const uint64_t key = pattern_key(7, 2, 1);
	uint8_t bytes[sizeof(first)];
	uint64_t sum = 0;

	ktap_ok(tells_its_place(key), "a word tells its place");
	ktap_ok(pattern_index(key, pattern_word(pattern_key(7, 1, 1), 3)) > UINT64_C(1) << 40,
		"a word of another transaction has no place here");
	ktap_ok(pattern_key(7, 2, 1) != pattern_key(7, 1, 2) && pattern_key(7, 0, 0) != pattern_key(8, 0, 0),
		"a key depends on seed, transaction and repetition");
	ktap_ok(is_one_stream(key), "bytes are the same however they are cut");
	for (uint64_t i = 0; i < WORDS; i++)
		sum += pattern_word(key, i);
	ktap_ok(pattern_sum(key, WORDS) == sum, "the sum is that of the words");
	pattern_read(UINT64_C(0x9e3779b97f4a7c15), 0, bytes, sizeof(bytes));
	ktap_ok(!memcmp(bytes, first, sizeof(first)), "words are SplitMix64's, little-endian");
}

#endif

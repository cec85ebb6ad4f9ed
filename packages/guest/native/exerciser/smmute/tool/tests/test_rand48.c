// SPDX-License-Identifier: Apache-2.0
#ifdef SMMUTE_CHECK
#include <string.h>

#include "../rand48.h"
#include "ktap.h"

/* As it is specified: 48 bits, two steps a byte. */
static void reference(uint32_t seed, uint64_t address, uint8_t *bytes, size_t size)
{
	const uint64_t a = 0x5deece66d, c = 0xb, mask = (UINT64_C(1) << 48) - 1;
	uint64_t x = 0, first;
	uint32_t start;

	for (size_t i = 0; i < size; i++, address++) {
		if (i == 0 || address % 4096 == 0) {
			start = seed ^ (uint32_t)(address >> 32) ^ (uint32_t)address;
			x = (uint64_t)start << 16 | 0x330e;
		}
		first = x = (x * a + c) & mask;
		x = (x * a + c) & mask;
		bytes[i] = (uint8_t)(first >> 17 | (x >> 31 & 1) << 31);
	}
}

static bool is_as_specified(uint32_t seed, uint64_t address)
{
	uint8_t right[3 * 4096 + 100], part[sizeof(right)];
	struct rand48 random;
	size_t at;

	reference(seed, address, right, sizeof(right));
	rand48_init(&random, seed, address);
	rand48_read(&random, 0, part, sizeof(part));
	if (memcmp(part, right, sizeof(right)))
		return false;
	/* From anywhere on, backwards too. */
	for (at = sizeof(right) - 300; at > 300; at -= 299) {
		rand48_read(&random, at, part, 300);
		if (memcmp(part, right + at, 300))
			return false;
	}
	return true;
}

/* All 512 sequences differ, and early. */
static bool differ(void)
{
	uint8_t first[RAND48_STARTS][16];

	for (uint32_t a = 0; a < RAND48_STARTS; a++) {
		rand48_sequence(a, first[a], sizeof(first[a]));
		for (uint32_t b = 0; b < a; b++)
			if (!memcmp(first[a], first[b], sizeof(first[a])))
				return false;
	}
	return true;
}

void test_rand48(void)
{
	static const uint8_t zero[] = { 0x6e, 0x0a, 0xd0, 0x69, 0xba, 0x48, 0x0b, 0xea };
	uint8_t bytes[sizeof(zero)];

	rand48_sequence(rand48_start(0, 0x40001000), bytes, sizeof(bytes));
	ktap_ok(!memcmp(bytes, zero, sizeof(zero)), "seed 0 begins a page with 6e 0a d0 69 ba 48 0b ea");
	ktap_ok(is_as_specified(0, 0x48ff0000), "RAND48 of whole pages is as specified");
	ktap_ok(is_as_specified(0xb00f, 0xfffff0123), "RAND48 from within a page, above 4 GiB");
	ktap_ok(is_as_specified(0xffffffff, 0xfffff800), "RAND48 across 4 GiB");
	ktap_ok(differ(), "16 bytes tell all 512 sequences apart");
}

#endif

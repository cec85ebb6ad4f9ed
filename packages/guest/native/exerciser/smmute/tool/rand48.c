// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "rand48.h"

/*
 * Two steps of x = x * A + C (mod 2^48) make a byte: bits 24..17 of the first.
 * The second counts for bit 31 only, which no byte shows. So 32 bits of x do,
 * and of the start those that reach bit 24.
 */
#define A		0xdeece66du
#define C		0xbu
#define TWICE_A		(A * A)
#define TWICE_C		(A * C + C)
#define LOW_WORD	0x330eu

uint32_t rand48_start(uint32_t seed, uint64_t address)
{
	return (seed ^ (uint32_t)address ^ (uint32_t)(address >> 32)) % RAND48_STARTS;
}

void rand48_sequence(uint32_t start, uint8_t *bytes, size_t size)
{
	uint32_t x = start << 16 | LOW_WORD;

	for (size_t i = 0; i < size; i++) {
		bytes[i] = (uint8_t)((x * A + C) >> 17);
		x = x * TWICE_A + TWICE_C;
	}
}

void rand48_init(struct rand48 *random, uint32_t seed, uint64_t address)
{
	random->seed = seed;
	random->address = address;
	random->cached = false;
}

/* What is in the page of an address, which is the first worked on there. */
static const uint8_t *page_of(struct rand48 *random, uint64_t address)
{
	uint32_t start = rand48_start(random->seed, address);

	if (!random->cached || random->start != start)
		rand48_sequence(start, random->page, RAND48_PAGE);
	random->cached = true;
	random->start = start;
	return random->page;
}

void rand48_read(struct rand48 *random, size_t at, uint8_t *bytes, size_t size)
{
	uint64_t address, first;
	size_t part;

	for (; size; at += part, bytes += part, size -= part) {
		address = random->address + at;
		first = address - address % RAND48_PAGE;
		part = RAND48_PAGE - address % RAND48_PAGE;
		if (part > size)
			part = size;
		if (first < random->address)
			first = random->address;
		memcpy(bytes, page_of(random, first) + (address - first), part);
	}
}

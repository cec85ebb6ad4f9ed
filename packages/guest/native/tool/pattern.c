// SPDX-License-Identifier: Apache-2.0
/* What goes into a buffer, and what the engine must have made of it. */
#include <string.h>

#include "tool.h"

#define PAGE		4096u
#define COPY_PERIOD	256u

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* MEMCPY: byte i is i - seed. SUM64: each word is 1, so that the sum is the number of words. */
void pattern_fill_input(enum mode mode, uint8_t *buffer, size_t size, uint32_t seed)
{
	uint8_t period[COPY_PERIOD] = { 0 };
	size_t i;

	for (i = 0; i < COPY_PERIOD; i++) {
		if (mode == MODE_MEMCPY)
			period[i] = (uint8_t)(i - seed);
		else if (mode == MODE_SUM64)
			period[i] = i % sizeof(uint64_t) == 0;
	}
	for (i = 0; i < size; i += COPY_PERIOD)
		memcpy(buffer + i, period, min(COPY_PERIOD, size - i));
}

size_t pattern_check_copy(const uint8_t *output, size_t size, uint32_t seed)
{
	uint8_t period[COPY_PERIOD];
	size_t i, n;

	pattern_fill_input(MODE_MEMCPY, period, sizeof(period), seed);
	for (i = 0; i < size; i += COPY_PERIOD) {
		n = min(COPY_PERIOD, size - i);
		if (!memcmp(output + i, period, n))
			continue;
		while (output[i] == period[i % COPY_PERIOD])
			i++;
		return i;
	}
	return size;
}

/*
 * RAND48 takes two steps of x = x * 0x5deece66d + 0xb (mod 2^48) a byte. The
 * byte is bits 24..17 of the first; the second counts for bit 31 only, which no
 * byte shows. The uppermost bits of x matter to no byte either, so neither
 * does the reduction.
 */
static uint8_t next_byte(uint64_t *x)
{
	const uint64_t a = 0x5deece66d, c = 0xb;
	uint64_t first = *x * a + c;

	*x = first * a + c;
	return (uint8_t)(first >> 17);
}

/* The generator restarts at each page from the seed and the DMA address. */
static uint64_t start_state(uint32_t seed, uint32_t address, uint32_t address_high)
{
	return (uint64_t)(seed ^ address ^ address_high) << 16 | 0x330e;
}

static size_t check_page(const uint8_t *output, size_t size, uint64_t x)
{
	size_t i;

	for (i = 0; i < size && output[i] == next_byte(&x); i++)
		;
	return i;
}

/*
 * A byte depends on the low nine bits of the start only. Of the DMA address we
 * know as many, as pages are aligned, but not its high word, which is mixed in.
 * So the first page tells that: the value that explains it must explain the rest.
 */
size_t pattern_check_random(const uint8_t *output, size_t size, uint32_t seed)
{
	uint32_t address = (uint32_t)((uintptr_t)output % PAGE);
	size_t first = min(PAGE - address, size);
	size_t i, n, right, best = 0;
	uint32_t high, best_high = 0;

	for (high = 0; high < 512 && best < first; high++) {
		right = check_page(output, first, start_state(seed, address, high));
		if (right > best) {
			best = right;
			best_high = high;
		}
	}
	if (best < first)
		return best;

	for (i = first; i < size; i += n) {
		n = min(PAGE, size - i);
		right = check_page(output + i, n, start_state(seed, 0, best_high));
		if (right < n)
			return i + right;
	}
	return size;
}

// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "high.h"

#define GLANCE	16u	/* bytes that tell most of the values from each other */
#define ENOUGH	64u	/* bytes that tell all of them */
#define SAMPLES	64u	/* pages that are looked at to guess */

static void set_high(const struct content *right, uint32_t high)
{
	struct rand48 *random = right->random;

	rand48_init(random, random->seed, (uint64_t)high << 32 | (uint32_t)random->address);
}

static bool agrees(const struct content *right, uint32_t high, const uint8_t *bytes)
{
	struct rand48 *random = right->random;
	size_t size = right->size < GLANCE ? right->size : GLANCE;
	uint8_t glance[GLANCE];

	set_high(right, high);
	/* Never beyond the page that it begins in. */
	if (size > RAND48_PAGE - random->address % RAND48_PAGE)
		size = RAND48_PAGE - random->address % RAND48_PAGE;
	rand48_sequence(rand48_start(random->seed, random->address), glance, size);
	return !memcmp(glance, bytes, size) &&
	       content_compare(right, 0, right->size, bytes) == right->size;
}

bool high_find(const struct content *right, struct area *output, uint32_t highs)
{
	const uint8_t *bytes = area_data(output);
	uint32_t high;

	if (output->high_known)
		return agrees(right, output->high, bytes);
	for (high = 0; high < highs; high++) {
		if (!agrees(right, high, bytes))
			continue;
		output->high = high;
		output->high_known = right->size >= ENOUGH;
		return true;
	}
	return false;
}

static size_t count_agreeing(const struct content *right, const uint8_t *bytes)
{
	size_t step = (right->size / RAND48_PAGE / SAMPLES + 1) * RAND48_PAGE;
	size_t first = RAND48_PAGE - right->random->address % RAND48_PAGE, from, to, count = 0;

	for (from = 0; from < right->size; from = from ? from + step : first) {
		to = from + RAND48_PAGE - (right->random->address + from) % RAND48_PAGE;
		if (to > right->size)
			to = right->size;
		count += content_compare(right, from, to, bytes) - from;
	}
	return count;
}

void high_guess(const struct content *right, const struct area *output, uint32_t highs,
		const uint8_t *bytes)
{
	uint32_t high, best_high = output->high;
	size_t count, best = 0;

	for (high = 0; high < highs && !output->high_known; high++) {
		set_high(right, high);
		count = count_agreeing(right, bytes);
		if (count <= best)
			continue;
		best = count;
		best_high = high;
	}
	set_high(right, best_high);
}

// SPDX-License-Identifier: Apache-2.0
/* Pages of RAND48 that began from another state. */
#include <stdio.h>
#include <string.h>

#include "diagnose.h"

#define PAGE	RAND48_PAGE
#define GLANCE	16u

static bool is_sequence(uint32_t start, size_t skip, const uint8_t *bytes, size_t size)
{
	uint8_t right[2 * PAGE];

	/* Most differ early. */
	if (!skip && size > GLANCE && !is_sequence(start, 0, bytes, GLANCE))
		return false;
	rand48_sequence(start, right, skip + size);
	return !memcmp(right + skip, bytes, size);
}

/* Whose seed it is, if it is anybody's. */
static bool is_earlier(const struct picture *picture, uint64_t address, uint32_t start,
		       char *text, size_t room)
{
	for (size_t i = 0; i < picture->nr_seeds; i++) {
		if (rand48_start(picture->seeds[i], address) != start)
			continue;
		if (i == 0)
			snprintf(text, room, "the previous transaction's data");
		else
			snprintf(text, room, "the data of %zu transactions earlier", i + 1);
		return true;
	}
	return false;
}

/* A range here is a page or a part of one. */
bool explain_random(const struct picture *picture, const struct range *range, char *text, size_t room)
{
	const struct rand48 *random = picture->right.random;
	const uint8_t *bytes = picture->bytes + range->from;
	size_t size = range->to - range->from, before;
	uint64_t address;
	uint32_t start, right, previous;
	char whose[64];

	if (!random || range->whole || size > PAGE)
		return false;
	address = random->address + range->from;
	right = rand48_start(random->seed, address);
	for (start = 0; start < RAND48_STARTS; start++) {
		if (!is_sequence(start, 0, bytes, size))
			continue;
		if (picture->right.inverted)
			snprintf(text, room, "%s holds what RAND48 writes there", range->subject);
		else if (is_earlier(picture, address, start, whose, sizeof(whose)))
			snprintf(text, room, "%s holds %s", range->subject, whose);
		else
			snprintf(text, room, "%s began from seed and address mixed to 0x%03x, not 0x%03x",
				 range->subject, start, right);
		return true;
	}
	before = range->from < PAGE ? range->from : PAGE;
	previous = rand48_start(random->seed, address - before);
	if (!before || !is_sequence(previous, before, bytes, size))
		return false;
	snprintf(text, room, "%s goes on where the page before it ended", range->subject);
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that the engine works on, with a guard on either side:
 *
 *   map                  start           start + size               mapped
 *    | a page of guard, | as far as -o  | data | rest of its page, | a page |
 *    +------------------+---------------+------+-------------------+--------+
 *
 * Guards hold the pattern of a key of their own; the output's is the complement
 * of the input's, so that no byte of the one can pass for the other's.
 */
#ifndef AREA_H
#define AREA_H

#include "content.h"

struct area {
	uint8_t *map;		/* NULL: there is none */
	size_t mapped;
	size_t start;
	size_t size;
	struct content guard;	/* of all that is mapped; the data lies over it */
	uint32_t high;		/* nine bits of the DMA address's high word, if known */
	bool high_known;
};

/* What must be mapped: all but map is set. */
void area_lay_out(struct area *area, size_t size, size_t offset, size_t page, bool guarded);
uint8_t *area_data(const struct area *area);

void area_fill_guards(const struct area *area);
/* The first byte in front of the data (at most start) or behind it (at most mapped) that was changed. */
size_t area_damage_before(const struct area *area);
size_t area_damage_behind(const struct area *area);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the engine's RAND48 writes: in each 4 KiB page of DMA addresses a
 * sequence of its own, of which there are 512. Which one depends on the low
 * nine bits of seed ^ address ^ address >> 32, with the first address worked on
 * in the page.
 */
#ifndef RAND48_H
#define RAND48_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RAND48_PAGE	4096u
#define RAND48_STARTS	512u

/* Filled areas are looked at page by page, and pages are much the same: keep the last one. */
struct rand48 {
	uint32_t seed;
	uint64_t address;	/* DMA address of the first byte filled */
	bool cached;
	uint32_t start;
	uint8_t page[RAND48_PAGE];
};

uint32_t rand48_start(uint32_t seed, uint64_t address);
/* The first bytes of a sequence. */
void rand48_sequence(uint32_t start, uint8_t *bytes, size_t size);

void rand48_init(struct rand48 *random, uint32_t seed, uint64_t address);
/* What must be there from the given byte of the filled area on. */
void rand48_read(struct rand48 *random, size_t at, uint8_t *bytes, size_t size);

#endif

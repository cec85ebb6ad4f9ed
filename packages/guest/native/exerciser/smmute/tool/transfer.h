/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of one transaction: what is put there before it, and what must be there after it. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include "area.h"
#include "failure.h"
#include "history.h"
#include "mode.h"

struct transfer {
	enum mode mode;
	size_t stride;			/* 0: every byte */
	uint32_t seed;			/* RAND48's */
	uint64_t key;			/* of the pattern */
	struct area *input;		/* MEMCPY, SUM64; P2P: the command that is sent */
	struct area *output;		/* MEMCPY, RAND48; P2P: what the command fills */
	const struct history *history;	/* of what was launched before, and this itself */
	uint32_t guess;			/* RAND48: the output's high when it was filled */

	/* Known when its result is. */
	uint64_t id;
	uint64_t ended;			/* microseconds */
	uint64_t patience_us;		/* how long wrong output is watched: it may be late */
	bool addressed;			/* the driver tells the output's DMA address: */
	uint64_t address;
	uint32_t highs;			/* else: how many values its high word's nine bits may have */
	/* A fault was injected, so only the first bytes of the output may have changed. */
	bool faulted;
	size_t changeable;
};

/* The data, and room for the output that cannot be taken for it. */
void transfer_fill(struct transfer *transfer);
/* Compares all that can be compared. */
void transfer_check(struct transfer *transfer, struct failure *failure);
/* Only what lies around the data. */
void transfer_check_guards(struct transfer *transfer, struct failure *failure);

#endif

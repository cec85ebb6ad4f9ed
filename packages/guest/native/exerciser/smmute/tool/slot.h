/* SPDX-License-Identifier: Apache-2.0 */
/* A place for one transaction in flight: its buffers, and its way from launch to result. */
#ifndef SLOT_H
#define SLOT_H

#include "run.h"
#include "smmute.h"
#include "transfer.h"

#define MAX_RESULTS	2u	/* P2P has two */

struct slot {
	size_t index;
	size_t uses;			/* of the buffers it has */
	struct area input, output;
	struct transfer transfer;
	union smmute_params params;
	uint64_t started;		/* microseconds */
	uint64_t duration;		/* until the first result was there */
	__u64 ids[MAX_RESULTS];
	struct smmute_result results[MAX_RESULTS];
	unsigned int nr_results, collected;
};

/* Its buffers. False if there is no memory for them. */
bool slot_map(struct run *run, struct slot *slot);
void slot_unmap(struct run *run, struct slot *slot);

/* Fill the buffers for a transaction. */
void slot_prepare(struct run *run, struct slot *slot, uint64_t transaction, uint64_t repetition);
/* 0, or the errno of what is prepared. */
int slot_launch(struct run *run, struct slot *slot);
/* 0 if all its results are there now; EAGAIN if not, unless told to wait; else an errno. */
int slot_collect(struct run *run, struct slot *slot, bool wait);

#endif

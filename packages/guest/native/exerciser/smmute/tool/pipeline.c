// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "finish.h"
#include "pipeline.h"
#include "request.h"

/* Uses after which a slot takes new buffers, while the engine works on those of others. */
#define USES		4u
/* No interrupt for so long: ask for the oldest, which makes the driver look for itself. */
#define WAIT_MS		1000
/* Slots are asked in the order of their launch, and each vector's end in that: more are seldom ready. */
#define MAX_MISSES	8u

struct pipeline {
	struct run *run;
	struct slot *slots;
	size_t depth;
	struct slot *idle[MAX_DEPTH];
	size_t nr_idle;
	struct slot *flying[MAX_DEPTH];	/* the oldest first */
	size_t nr_flying;
	struct slot *prepared;		/* not launched yet */
	uint64_t transaction, repetition, repetitions;	/* the next one to be prepared */
	bool polls;			/* poll(2) tells of results, as far as is known */
};

static bool is_over(const struct pipeline *pipeline)
{
	return has_failed(&pipeline->run->failure) ||
	       (!pipeline->prepared && pipeline->transaction == pipeline->run->options->transactions);
}

static bool prepare(struct pipeline *pipeline)
{
	struct slot *slot = pipeline->idle[--pipeline->nr_idle];
	struct run *run = pipeline->run;

	/* Not all at once. */
	if (pipeline->depth > 1 && slot->uses >= USES + slot->index % USES)
		slot_unmap(run, slot);
	if (!slot->input.map && !slot->output.map && !slot_map(run, slot))
		return false;
	slot_prepare(run, slot, pipeline->transaction, pipeline->repetition);
	pipeline->prepared = slot;
	if (++pipeline->repetition < pipeline->repetitions)
		return true;
	pipeline->repetition = 0;
	pipeline->transaction++;
	return true;
}

/* True if another may follow at once. */
static bool launch(struct pipeline *pipeline)
{
	struct slot *slot = pipeline->prepared;
	struct run *run = pipeline->run;
	int error = slot_launch(run, slot);

	/* Those in flight have all frames. */
	if (error == EBUSY && pipeline->nr_flying)
		return false;
	pipeline->prepared = NULL;
	if (error) {
		finish_unlaunched(run, error);
		pipeline->idle[pipeline->nr_idle++] = slot;
		return true;
	}
	pipeline->flying[pipeline->nr_flying++] = slot;
	if (run->options->sleep) {
		sleep(run->options->sleep);
		slot->started += run->options->sleep * UINT64_C(1000000);
	}
	return true;
}

/* False if it is not there yet, or never will be. */
static bool collect(struct pipeline *pipeline, size_t n, bool wait)
{
	struct slot *slot = pipeline->flying[n];
	struct run *run = pipeline->run;
	int error = slot_collect(run, slot, wait);

	if (error == EAGAIN && !wait)
		return false;
	if (error) {
		failure_add(&run->failure, STATUS_FAILED, "no result of transaction %llu: %s",
			    slot->ids[slot->collected], strerror(error));
		/* Nor will there be one of the others. */
		pipeline->nr_flying = 0;
		return false;
	}
	pipeline->nr_flying--;
	memmove(&pipeline->flying[n], &pipeline->flying[n + 1],
		(pipeline->nr_flying - n) * sizeof(*pipeline->flying));
	finish(run, slot);
	pipeline->idle[pipeline->nr_idle++] = slot;
	return true;
}

/* Collect what is there, but not so much that the engine would have nothing left to do. */
static size_t sweep(struct pipeline *pipeline)
{
	size_t most = pipeline->depth / 8 + 1, found = 0, misses = 0, n = 0;

	while (n < pipeline->nr_flying && found < most && (misses < MAX_MISSES || !found)) {
		if (collect(pipeline, n, false)) {
			found++;
			continue;
		}
		misses++;
		n++;
	}
	return found;
}

static void collect_some(struct pipeline *pipeline)
{
	if (pipeline->depth > 1 && pipeline->polls && engine_wait(pipeline->run->fd, WAIT_MS)) {
		if (sweep(pipeline))
			return;
		/* What is always ready says nothing: the driver does not know poll(2). */
		pipeline->polls = false;
	}
	if (pipeline->nr_flying)
		collect(pipeline, 0, true);
	if (!pipeline->polls)
		sweep(pipeline);
}

static void run_pipeline(struct pipeline *pipeline)
{
	while (!is_over(pipeline) || pipeline->nr_flying) {
		while (!is_over(pipeline) && (pipeline->prepared || pipeline->nr_idle)) {
			if (!pipeline->prepared && !prepare(pipeline))
				break;
			if (!launch(pipeline))
				break;
		}
		if (pipeline->nr_flying)
			collect_some(pipeline);
	}
}

/* Once more what is known to work, but with buffers that are no longer there. */
static void fault_tlb(struct run *run, struct slot *slot)
{
	int error;

	slot_unmap(run, slot);
	error = slot_launch(run, slot);
	if (error)
		finish_unlaunched(run, error);
	else if (!slot_collect(run, slot, true))
		finish_unmapped(run, slot);
}

void pipeline_run(struct run *run)
{
	const struct options *options = run->options;
	struct pipeline pipeline = { .run = run, .depth = options->depth, .polls = true };
	size_t n;

	/* The vendor's does P2P once, whatever it is told. */
	pipeline.repetitions = options->mode == MODE_P2P ? 1 : options->repetitions;
	if (pipeline.depth > options->transactions * pipeline.repetitions)
		pipeline.depth = options->transactions * pipeline.repetitions;
	pipeline.slots = calloc(pipeline.depth, sizeof(*pipeline.slots));
	if (!pipeline.slots) {
		failure_add(&run->failure, STATUS_FAILED, "out of memory");
		return;
	}
	for (n = pipeline.depth; n--; ) {
		pipeline.slots[n].index = n;
		pipeline.idle[pipeline.nr_idle++] = &pipeline.slots[n];
	}
	run_pipeline(&pipeline);
	if (options->fault == FAULT_TLB && !has_failed(&run->failure))
		fault_tlb(run, &pipeline.slots[0]);
	for (n = 0; n < pipeline.depth; n++)
		slot_unmap(run, &pipeline.slots[n]);
	free(pipeline.slots);
}

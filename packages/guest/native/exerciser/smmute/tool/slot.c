// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "clock.h"
#include "engine.h"
#include "pattern.h"
#include "plain.h"
#include "request.h"
#include "slot.h"

#define SEED_STEP	0xb00fu
#define GUARDS		1u		/* of the streams that go with the data */
#define PATIENCE_US	250000u
#define HIGH_WORD	32u

static bool map_area(struct run *run, const struct slot *slot, struct area *area, bool inverted)
{
	const struct options *options = run->options;
	size_t size = options->mode == MODE_P2P ? sizeof(uint64_t) : options->size;

	area_lay_out(area, size, options->offset, run->page, options->check);
	area->guard.key = pattern_other_key(pattern_key(run->data_seed, slot->index, 0), GUARDS);
	area->guard.inverted = inverted;
	area->map = engine_map(run->fd, area->mapped, &run->failure);
	if (area->map && options->check)
		area_fill_guards(area);
	return area->map;
}

bool slot_map(struct run *run, struct slot *slot)
{
	enum mode mode = run->options->mode;

	slot->uses = 0;
	if (mode != MODE_RAND48 && !map_area(run, slot, &slot->input, false))
		return false;
	return mode == MODE_SUM64 || map_area(run, slot, &slot->output, true);
}

void slot_unmap(struct run *run, struct slot *slot)
{
	if (!slot->input.map && !slot->output.map)
		return;
	/* A last look: what was written long after the result would not be seen otherwise. */
	if (run->options->check && slot->uses && !has_failed(&run->failure))
		transfer_check_guards(&slot->transfer, &run->failure);
	if (slot->input.map)
		munmap(slot->input.map, slot->input.mapped);
	if (slot->output.map)
		munmap(slot->output.map, slot->output.mapped);
	slot->input.map = slot->output.map = NULL;
}

static uint32_t possible_highs(unsigned int address_bits)
{
	uint32_t highs = 1;

	for (; address_bits > HIGH_WORD && highs < RAND48_STARTS; address_bits--)
		highs *= 2;
	return highs;
}

static void fill_plainly(const struct run *run, struct slot *slot, uint32_t seed)
{
	const struct options *options = run->options;

	if (options->mode == MODE_MEMCPY)
		plain_fill_bytes(area_data(&slot->input), options->size, seed);
	if (options->mode == MODE_SUM64)
		plain_fill_words(area_data(&slot->input), options->size);
	/* Nothing of an earlier transaction may pass for this one's output. */
	if (slot->output.map && !options->quiet)
		memset(area_data(&slot->output), 0, slot->output.size);
}

void slot_prepare(struct run *run, struct slot *slot, uint64_t transaction, uint64_t repetition)
{
	const struct options *options = run->options;
	uint32_t seed = options->seed + (uint32_t)transaction * SEED_STEP;

	slot->nr_results = options->mode == MODE_P2P ? 2 : 1;
	slot->uses++;
	slot->transfer = (struct transfer){
		.mode = options->mode,
		.stride = options->stride == 1 ? 0 : options->stride,
		.seed = seed,
		.key = pattern_key(run->data_seed, transaction, repetition),
		.input = slot->input.map ? &slot->input : NULL,
		.output = slot->output.map ? &slot->output : NULL,
		.history = &run->history,
		.highs = possible_highs(run->address_bits),
		.patience_us = PATIENCE_US,
	};
	if (options->check)
		transfer_fill(&slot->transfer);
	else
		fill_plainly(run, slot, seed);
	request_set(options, slot, &slot->params);
}

int slot_launch(struct run *run, struct slot *slot)
{
	struct launch launch = { .key = slot->transfer.key, .seed = slot->transfer.seed };
	int error;

	if (run->options->debug)
		request_print(run->options, &slot->params);
	slot->collected = 0;
	slot->started = now_us();
	error = engine_launch(run->fd, run->options->mode, &slot->params);
	if (error)
		return error;
	slot->ids[0] = slot->params.memcpy.common.transaction_id;
	slot->ids[1] = slot->params.p2p.second.transaction_id;
	for (unsigned int n = 0; n < slot->nr_results && run->options->check; n++) {
		if (slot->ids[n] <= run->last_id)
			failure_add(&run->failure, STATUS_WRONG, "transaction %llu was launched after transaction "
				    "%llu, but ids must increase", (unsigned long long)slot->ids[n],
				    (unsigned long long)run->last_id);
		run->last_id = slot->ids[n];
	}
	launch.id = slot->transfer.id = slot->ids[0];
	history_add(&run->history, &launch);
	return 0;
}

int slot_collect(struct run *run, struct slot *slot, bool wait)
{
	int error;

	while (slot->collected < slot->nr_results) {
		error = engine_result(run->fd, slot->ids[slot->collected], wait, run->options->keep,
				      &slot->results[slot->collected]);
		if (error)
			return error;
		slot->transfer.ended = now_us();
		if (!slot->collected++)
			slot->duration = slot->transfer.ended - slot->started;
	}
	return 0;
}

// SPDX-License-Identifier: Apache-2.0
#ifdef SMMUTE_CHECK
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "../pattern.h"
#include "fixture.h"
#include "ktap.h"

#define SEED	0x123u

static void make_area(struct area *area, size_t size, size_t offset, uint64_t key, bool inverted)
{
	area_lay_out(area, size, offset, PAGE, true);
	area->guard.key = key;
	area->guard.inverted = inverted;
	area->map = aligned_alloc(PAGE, area->mapped);
	memset(area->map, 0, area->mapped);
	area_fill_guards(area);
}

void fixture_begin(struct fixture *fixture, enum mode mode, size_t size, size_t offset, size_t stride)
{
	struct transfer *transfer = &fixture->transfer;
	uint64_t guards = pattern_other_key(pattern_key(SEED, 0, 0), 0);

	*fixture = (struct fixture){ .size = size };
	*transfer = (struct transfer){
		.mode = mode, .stride = stride, .seed = SEED, .key = pattern_key(SEED, 1, 0), .id = ID,
		.history = &fixture->history, .highs = RAND48_STARTS,
		.patience_us = 1000,
	};
	history_add(&fixture->history, &(struct launch){ ID - 2, pattern_key(SEED, 9, 0), SEED - 30 });
	history_add(&fixture->history, &(struct launch){ ID - 1, pattern_key(SEED, 0, 0), SEED - 15 });
	history_add(&fixture->history, &(struct launch){ ID, transfer->key, SEED });
	if (mode != MODE_RAND48) {
		make_area(&fixture->input, size, offset, guards, false);
		transfer->input = &fixture->input;
		fixture->in = area_data(&fixture->input);
	}
	if (mode != MODE_SUM64) {
		make_area(&fixture->output, size, offset, guards, true);
		transfer->output = &fixture->output;
		fixture->out = area_data(&fixture->output);
	}
	transfer_fill(transfer);
	transfer->ended = now_us();
}

void fixture_end(struct fixture *fixture)
{
	free(fixture->input.map);
	free(fixture->output.map);
}

void engine_copies(struct fixture *fixture)
{
	size_t stride = fixture->transfer.stride;

	if (!stride)
		memcpy(fixture->out, fixture->in, fixture->size);
	for (size_t at = 0; stride && at + 8 <= fixture->size; at += stride)
		memcpy(fixture->out + at, fixture->in + at, 8);
}

void engine_fills(struct fixture *fixture, uint64_t address)
{
	struct rand48 random;

	rand48_init(&random, SEED, address + fixture->output.start % PAGE);
	rand48_read(&random, 0, fixture->out, fixture->size);
}

void previous_input(const struct fixture *fixture, size_t from, uint8_t *bytes, size_t size)
{
	pattern_read(history_get(&fixture->history, 1)->key, from, bytes, size);
}

static void check(struct fixture *fixture)
{
	fixture->failure = (struct failure){ .status = STATUS_OK };
	transfer_check(&fixture->transfer, &fixture->failure);
}

bool passes(struct fixture *fixture)
{
	check(fixture);
	if (has_failed(&fixture->failure))
		ktap_comment("%s", fixture->failure.reason);
	return !has_failed(&fixture->failure);
}

bool says(struct fixture *fixture, const char *words)
{
	check(fixture);
	ktap_comment("%s", has_failed(&fixture->failure) ? fixture->failure.reason : "it passed");
	return fixture->failure.status == STATUS_WRONG && strstr(fixture->failure.reason, words);
}

#endif

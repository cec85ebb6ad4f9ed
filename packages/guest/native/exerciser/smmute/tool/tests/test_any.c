// SPDX-License-Identifier: Apache-2.0
/* Whatever is done to the memory: it is seen, it is put into words, and nothing breaks. */
#ifdef SMMUTE_CHECK
#include <stdlib.h>
#include <string.h>

#include "../pattern.h"
#include "fixture.h"
#include "ktap.h"

#define TRIES	2000u

static uint64_t state;

/* Below a limit; the same each time the tests run. */
static size_t any(size_t limit)
{
	return (size_t)(pattern_word(99, state++) % limit);
}

static void begin(struct fixture *f)
{
	static const enum mode modes[] = { MODE_MEMCPY, MODE_MEMCPY, MODE_RAND48 };
	enum mode mode = modes[any(3)];
	size_t size = 1 + any(any(2) ? 64 : 4 * PAGE), offset = any(any(2) ? 16 : 2 * PAGE);
	size_t stride = mode == MODE_MEMCPY && any(4) == 0 ? 8 * (1 + any(20)) : 0;

	fixture_begin(f, mode, size, offset, stride);
	f->transfer.patience_us = 0;
	f->transfer.addressed = true;
	f->transfer.address = 0x40000000 + f->output.start % PAGE;
	if (mode == MODE_MEMCPY)
		engine_copies(f);
	else
		engine_fills(f, 0x40000000);
}

/* One of the things that go wrong, anywhere in a buffer. */
static void spoil(struct fixture *f)
{
	struct area *area = f->in && any(4) == 0 ? &f->input : &f->output;
	const struct area *from = f->in && any(2) ? &f->input : &f->output;
	size_t at = any(2) ? area->start + any(area->size) : any(area->mapped);
	size_t size = 1 + any(any(2) ? 16 : area->mapped), source;

	if (size > area->mapped - at)
		size = area->mapped - at;
	source = any(from->mapped - size + 1);
	switch (any(5)) {
	case 0:
		area->map[at] = (uint8_t)(area->map[at] ^ 1u << any(8));
		break;
	case 1:
		memset(area->map + at, (int)any(256), size);
		break;
	case 2:
		memmove(area->map + at, from->map + source, size);
		break;
	case 3:
		previous_input(f, any(f->size), area->map + at, size);
		break;
	case 4:
		rand48_sequence((uint32_t)any(RAND48_STARTS), area->map + at, size);
		break;
	}
}

static uint8_t *copy_of(const struct area *area)
{
	uint8_t *copy = malloc(area->mapped + 1);

	if (area->map)
		memcpy(copy, area->map, area->mapped);
	return copy;
}

static bool is_same(const struct area *area, const uint8_t *copy)
{
	return !area->map || !memcmp(copy, area->map, area->mapped);
}

static bool try_one(void)
{
	uint8_t *input, *output;
	struct fixture f;
	bool same, good;

	begin(&f);
	input = copy_of(&f.input);
	output = copy_of(&f.output);
	for (size_t times = 1 + any(3); times; times--)
		spoil(&f);
	same = is_same(&f.input, input) && is_same(&f.output, output);
	transfer_check(&f.transfer, &f.failure);
	good = same ? f.failure.status == STATUS_OK :
	       f.failure.status == STATUS_WRONG && strlen(f.failure.reason) > 40;
	free(input);
	free(output);
	fixture_end(&f);
	return good;
}

void test_any(void)
{
	unsigned int bad = 0;

	for (unsigned int n = 0; n < TRIES; n++)
		bad += !try_one();
	ktap_comment("%u of %u went unseen", bad, TRIES);
	ktap_ok(!bad, "whatever is spoilt is seen");
}

#endif

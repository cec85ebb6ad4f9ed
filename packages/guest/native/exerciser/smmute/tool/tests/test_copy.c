// SPDX-License-Identifier: Apache-2.0
/* MEMCPY, done well and spoilt in every way that is known. */
#ifdef SMMUTE_CHECK
#include <stdio.h>
#include <string.h>

#include "../pattern.h"
#include "fixture.h"
#include "ktap.h"

/* Sizes and offsets: within a page, many pages, none of it a multiple of anything. */
static const struct { size_t size, offset; } shapes[] = {
	{ 1, 0 }, { 1, 4095 }, { 7, 3 }, { 8, 0 }, { 17, 4090 }, { 256, 0 }, { 4096, 0 }, { 4097, 1 },
	{ 5 * PAGE, 0 }, { 5 * PAGE + 3, 7 }, { 3 * PAGE, 4095 },
};

typedef void spoil(struct fixture *fixture);

static void nothing_written(struct fixture *f)
{
	for (size_t i = 0; i < f->size; i++)
		f->out[i] = (uint8_t)~f->in[i];
}

static void swapped_pages(struct fixture *f)
{
	memcpy(f->out + PAGE, f->in + 3 * PAGE, PAGE);
	memcpy(f->out + 3 * PAGE, f->in + PAGE, PAGE);
}

static void repeated_page(struct fixture *f)
{
	memcpy(f->out + 3 * PAGE, f->in + PAGE, PAGE);
}

static void stale_page(struct fixture *f)
{
	previous_input(f, 3 * PAGE, f->out + 3 * PAGE, PAGE);
}

static void stale_other_page(struct fixture *f)
{
	previous_input(f, PAGE, f->out + 3 * PAGE, PAGE);
}

static void older_page(struct fixture *f)
{
	pattern_read(history_get(&f->history, 2)->key, 3 * PAGE, f->out + 3 * PAGE, PAGE);
}

static void all_stale(struct fixture *f)
{
	previous_input(f, 0, f->out, f->size);
}

static void page_not_written(struct fixture *f)
{
	for (size_t i = 2 * PAGE; i < 3 * PAGE; i++)
		f->out[i] = (uint8_t)~f->in[i];
}

static void half_page_not_written(struct fixture *f)
{
	for (size_t i = 2 * PAGE + 0x800; i < 3 * PAGE; i++)
		f->out[i] = (uint8_t)~f->in[i];
}

static void truncated(struct fixture *f)
{
	for (size_t i = PAGE + 0x10; i < f->size; i++)
		f->out[i] = (uint8_t)~f->in[i];
}

static void begun_late(struct fixture *f)
{
	for (size_t i = 0; i < 0x20; i++)
		f->out[i] = (uint8_t)~f->in[i];
}

static void up_by_1(struct fixture *f)
{
	memcpy(f->out + 1, f->in, f->size - 1);
}

static void up_by_7(struct fixture *f)
{
	memcpy(f->out + 7, f->in, f->size - 7);
}

static void up_by_8(struct fixture *f)
{
	memcpy(f->out + 8, f->in, f->size - 8);
}

static void down_by_1(struct fixture *f)
{
	memcpy(f->out, f->in + 1, f->size);
}

static void down_by_8(struct fixture *f)
{
	memcpy(f->out, f->in + 8, f->size);
}

static void by_a_page(struct fixture *f)
{
	memcpy(f->out + PAGE, f->in, f->size - PAGE);
}

static void last_byte(struct fixture *f)
{
	f->out[f->size - 1] ^= 0x81;
}

static void first_byte(struct fixture *f)
{
	f->out[0] ^= 0xff;
}

static void one_bit(struct fixture *f)
{
	f->out[0x123] ^= 0x20;
}

static void three_bytes(struct fixture *f)
{
	f->out[0x123] ^= 0x11;
	f->out[0x124] ^= 0x11;
	f->out[0x126] ^= 0x11;
}

static void zeros(struct fixture *f)
{
	memset(f->out + 2 * PAGE, 0, PAGE);
}

static void reversed(struct fixture *f)
{
	for (size_t i = 0; i < f->size; i++)
		f->out[i] = f->in[i ^ 7];
}

static void noise(struct fixture *f)
{
	for (size_t i = PAGE; i < PAGE + 100; i++)
		f->out[i] = (uint8_t)(i * 7 + 1);
}

static void source_changed(struct fixture *f)
{
	f->in[2 * PAGE] ^= 1;
}

static void source_swapped(struct fixture *f)
{
	memcpy(f->in + PAGE, f->out + 2 * PAGE, PAGE);
}

static const struct {
	const char *name;
	spoil *spoil;
	const char *words;
} spoilt[] = {
	{ "nothing written", nothing_written, "the buffer was never written" },
	{ "pages swapped", swapped_pages, "page 1 holds page 3's data; 2 of 5 pages are wrong" },
	{ "a page repeated", repeated_page, "page 3 holds page 1's data; 1 of 5 pages is wrong" },
	{ "a stale page", stale_page, "page 3 holds the previous transaction's data of page 3" },
	{ "another stale page", stale_other_page, "page 3 holds the previous transaction's data of page 1" },
	{ "an older page", older_page, "page 3 holds transaction 5's data of page 3" },
	{ "all stale", all_stale, "the buffer holds the previous transaction's data" },
	{ "a page not written", page_not_written, "page 2 was never written" },
	{ "half a page not written", half_page_not_written, "page 2 was written up to offset 0x2800 only" },
	{ "truncated", truncated, "the buffer was written up to offset 0x1010 only" },
	{ "begun late", begun_late, "page 0 was not written before offset 0x20" },
	{ "shifted by 1", up_by_1, "shifted by 1 byte towards its end" },
	{ "shifted by 7", up_by_7, "shifted by 7 bytes towards its end" },
	{ "shifted by 8", up_by_8, "shifted by 8 bytes towards its end" },
	{ "shifted back by 1", down_by_1, "the buffer is shifted by 1 byte towards its start" },
	{ "shifted back by 8", down_by_8, "the buffer is shifted by 8 bytes towards its start" },
	{ "shifted by a page", by_a_page, "the buffer is shifted by 4096 bytes towards its end" },
	{ "the last byte", last_byte, "the last byte is wrong: 0x" },
	{ "the first byte", first_byte, "the first byte is wrong: 0x" },
	{ "one bit", one_bit, "(bit 5)" },
	{ "three bytes", three_bytes, "3 bytes are wrong from offset 0x123 on: " },
	{ "zeros", zeros, "page 2 is filled with 0x00 from offset 0x2000 to offset 0x3000" },
	{ "reversed words", reversed, "the buffer has the bytes of its words in reverse order" },
	{ "noise", noise, "page 1 has 100 wrong bytes from offset 0x1000 on: 01 08 0f" },
	{ "the source changed", source_changed, "the input was changed: the byte at offset 0x2000 is wrong" },
	{ "a page of the source changed", source_swapped, "the input was changed: page 1 holds page 2's data" },
};

/* Nothing passes, whatever the shape; a page boundary of memory that is none of the data's included. */
static bool never_passes(size_t size, size_t offset)
{
	struct fixture fixture;
	size_t at, step = size / 5 + 1;
	bool fails = true;

	for (at = 0; at < size; at += step) {
		fixture_begin(&fixture, MODE_MEMCPY, size, offset, 0);
		engine_copies(&fixture);
		fixture.out[at] ^= 1;
		fails = says(&fixture, "wrong: 0x") && fails;
		fixture_end(&fixture);
	}
	fixture_begin(&fixture, MODE_MEMCPY, size, offset, 0);
	fails = says(&fixture, "was never written") && fails;
	fixture_end(&fixture);
	return fails;
}

static void test_shapes(void)
{
	struct fixture fixture;
	char name[80];

	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		fixture_begin(&fixture, MODE_MEMCPY, shapes[i].size, shapes[i].offset, 0);
		engine_copies(&fixture);
		snprintf(name, sizeof(name), "a copy of 0x%zx bytes from 0x%zx on passes", shapes[i].size,
			 shapes[i].offset);
		ktap_ok(passes(&fixture), name);
		fixture_end(&fixture);
		snprintf(name, sizeof(name), "nothing else does, of 0x%zx bytes from 0x%zx on",
			 shapes[i].size, shapes[i].offset);
		ktap_ok(never_passes(shapes[i].size, shapes[i].offset), name);
	}
}

static void test_stride(void)
{
	struct fixture fixture;

	fixture_begin(&fixture, MODE_MEMCPY, 3 * PAGE + 12, 16, 24);
	engine_copies(&fixture);
	ktap_ok(passes(&fixture), "a copy with a stride passes");
	memcpy(fixture.out + 8, fixture.in + 8, 16);
	ktap_ok(says(&fixture, "the gaps between the words were written from offset 0x8 on"),
		"a gap written is told");
	memcpy(fixture.out, fixture.in, fixture.size);
	ktap_ok(says(&fixture, "the gaps between the words were written"), "all gaps written are told");
	fixture_end(&fixture);

	fixture_begin(&fixture, MODE_MEMCPY, 3 * PAGE, 0, 64);
	ktap_ok(says(&fixture, "the buffer was never written"), "with a stride: nothing written is told");
	for (size_t at = 0; at < 3 * PAGE; at += 128)
		memcpy(fixture.out + at, fixture.in + at, 8);
	ktap_ok(says(&fixture, "of page 0 256 bytes were not written, the first at offset 0x40"),
		"with a stride: words left out are told");
	engine_copies(&fixture);
	fixture.out[PAGE + 1] ^= 4;
	ktap_ok(says(&fixture, "the byte at offset 0x1001 is wrong"), "with a stride: one bit is told");
	fixture_end(&fixture);
}

/* Pages are the memory's, wherever in them the data begins. */
static void test_odd_pages(void)
{
	const size_t offset = 13, first = PAGE - offset, third = 3 * PAGE - offset;
	struct fixture fixture;

	fixture_begin(&fixture, MODE_MEMCPY, 5 * PAGE + 3, offset, 0);
	engine_copies(&fixture);
	memcpy(fixture.out + first, fixture.in + third, PAGE);
	memcpy(fixture.out + third, fixture.in + first, PAGE);
	ktap_ok(says(&fixture, "page 1 holds page 3's data; 2 of 6 pages are wrong"),
		"pages swapped at an odd offset");
	engine_copies(&fixture);
	previous_input(&fixture, third, fixture.out + third, PAGE);
	ktap_ok(says(&fixture, "page 3 holds the previous transaction's data of page 3"),
		"a stale page at an odd offset");
	engine_copies(&fixture);
	up_by_7(&fixture);
	ktap_ok(says(&fixture, "the buffer is shifted by 7 bytes towards its end"),
		"shifted by 7 at an odd offset");
	engine_copies(&fixture);
	fixture.out[fixture.size - 1] ^= 3;
	ktap_ok(says(&fixture, "the last byte is wrong: 0x"), "the last byte at an odd size");
	fixture_end(&fixture);
}

/* After a fault, nothing may have been written, or no more than a first part. */
static void test_fault(void)
{
	struct fixture fixture;

	fixture_begin(&fixture, MODE_MEMCPY, 2 * PAGE, 0, 0);
	fixture.transfer.faulted = true;
	ktap_ok(passes(&fixture), "after a fault an untouched output passes");
	memcpy(fixture.out, fixture.in, 64);
	ktap_ok(says(&fixture, "in spite of the fault: page 0 holds what was to be copied there"),
		"after a fault a written one does not");
	fixture.transfer.changeable = 64;
	ktap_ok(passes(&fixture), "unless that part may be");
	fixture.out[64] ^= 1;
	ktap_ok(says(&fixture, "the byte at offset 0x40 is wrong"), "and no byte more");
	fixture_end(&fixture);
}

void test_copy(void)
{
	struct fixture fixture;

	test_shapes();
	for (size_t i = 0; i < sizeof(spoilt) / sizeof(*spoilt); i++) {
		fixture_begin(&fixture, MODE_MEMCPY, 5 * PAGE, 0, 0);
		engine_copies(&fixture);
		spoilt[i].spoil(&fixture);
		ktap_ok(says(&fixture, spoilt[i].words), spoilt[i].name);
		fixture_end(&fixture);
	}
	test_odd_pages();
	test_stride();
	test_fault();
}

#endif

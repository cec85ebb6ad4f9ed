// SPDX-License-Identifier: Apache-2.0
/* RAND48's output, with and without its address known. */
#ifdef SMMUTE_CHECK
#include <string.h>

#include "fixture.h"
#include "ktap.h"

#define SEED	0x123u	/* the fixture's */

static void begin(struct fixture *f, size_t size, size_t offset, uint64_t address)
{
	fixture_begin(f, MODE_RAND48, size, offset, 0);
	engine_fills(f, address);
}

static void knows_address(struct fixture *f, uint64_t address)
{
	f->transfer.addressed = true;
	f->transfer.address = address + f->output.start % PAGE;
}

static void test_addressed(void)
{
	struct fixture f;
	struct rand48 random;

	begin(&f, 5 * PAGE + 9, 0xffd, 0x1ff000000);
	knows_address(&f, 0x1ff000000);
	ktap_ok(passes(&f), "RAND48 at a known address passes");
	knows_address(&f, 0x2ff000000);
	ktap_ok(says(&f, "7 of 7 pages are wrong"), "at another it does not");
	fixture_end(&f);

	begin(&f, 5 * PAGE, 0, 0x40000000);
	knows_address(&f, 0x40000000);
	rand48_init(&random, SEED - 15, 0x40000000 + 2 * PAGE);
	rand48_read(&random, 0, f.out + 2 * PAGE, PAGE);
	ktap_ok(says(&f, "page 2 holds the previous transaction's data; 1 of 5"), "a stale page is told");
	rand48_init(&random, SEED ^ 0x101, 0x40000000 + 2 * PAGE);
	rand48_read(&random, 0, f.out + 2 * PAGE, PAGE);
	ktap_ok(says(&f, "page 2 began from seed and address mixed to 0x022, not 0x123"),
		"a page from another start is told");
	rand48_sequence(SEED, f.out + PAGE, PAGE);
	rand48_sequence(SEED, f.out, PAGE);
	{
		uint8_t two[2 * PAGE];

		rand48_sequence(SEED, two, sizeof(two));
		memcpy(f.out + 2 * PAGE, two + PAGE, PAGE);
	}
	ktap_ok(says(&f, "page 2 goes on where the page before it ended"), "a page not seeded anew is told");
	fixture_end(&f);

	fixture_begin(&f, MODE_RAND48, PAGE, 0, 0);
	knows_address(&f, 0x40000000);
	ktap_ok(says(&f, "the buffer was never written"), "nothing written is told");
	engine_fills(&f, 0x40000000);
	f.transfer.faulted = true;
	ktap_ok(says(&f, "in spite of the fault: the buffer holds what RAND48 writes there"), "written after a fault");
	f.transfer.faulted = false;
	f.out[PAGE - 1] ^= 0x10;
	ktap_ok(says(&f, "the last byte is wrong: 0x"), "the last byte is told");
	fixture_end(&f);
}

static void test_unaddressed(void)
{
	struct fixture f;

	begin(&f, 5 * PAGE + 9, 0xfff, UINT64_C(0x1a500000000));
	ktap_ok(passes(&f), "RAND48 at an unknown address passes");
	ktap_ok(f.output.high_known && f.output.high == 0x1a5, "and tells nine bits of it");
	engine_fills(&f, 0);
	ktap_ok(says(&f, "but the buffer has another"), "which the buffer keeps");
	f.output.high_known = false;
	f.transfer.highs = 1;
	ktap_ok(passes(&f), "a low address is possible for any device");
	engine_fills(&f, UINT64_C(0x1a500000000));
	f.output.high_known = false;
	ktap_ok(says(&f, "which the device's DMA mask excludes"), "a high one is not");
	fixture_end(&f);

	begin(&f, 4 * PAGE, 0, UINT64_C(0x300000000));
	f.out[3 * PAGE + 5] ^= 1;
	ktap_ok(says(&f, "the byte at offset 0x3005 is wrong"), "one bit is told at an unknown address");
	fixture_end(&f);
	begin(&f, 4 * PAGE, 0, UINT64_C(0x300000000));
	rand48_sequence(rand48_start(SEED, UINT64_C(0x400000000)), f.out + 2 * PAGE, PAGE);
	ktap_ok(says(&f, "page 2 began from"), "all pages must agree on it");
	fixture_end(&f);
	begin(&f, 1, 5, UINT64_C(0x300000000));
	ktap_ok(passes(&f), "one byte passes");
	fixture_end(&f);
}

static void test_p2p(void)
{
	static const uint8_t sent[8] = { 3 }, waiting[8] = { 2 };
	struct fixture f;

	fixture_begin(&f, MODE_P2P, 8, 0, 0);
	memcpy(f.in, sent, sizeof(sent));
	engine_fills(&f, 0x40000000);
	ktap_ok(passes(&f), "P2P that has filled its own eight bytes passes");
	memcpy(f.out, waiting, sizeof(waiting));
	ktap_ok(says(&f, "wrong output: "), "that has not does not");
	f.transfer.faulted = true;
	ktap_ok(passes(&f), "unless it was to fail");
	f.in[0] = 4;
	ktap_ok(says(&f, "the command that was sent is 0x4, not 0x3"), "the command sent counts");
	fixture_end(&f);
}

void test_random_output(void)
{
	test_addressed();
	test_unaddressed();
	test_p2p();
}

#endif

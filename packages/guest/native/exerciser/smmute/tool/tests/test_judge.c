// SPDX-License-Identifier: Apache-2.0
/* Results as they must be, and not. */
#ifdef SMMUTE_CHECK
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "../judge.h"
#include "../pattern.h"
#include "fixture.h"
#include "ktap.h"

#define AT	UINT64_C(0x40003000)	/* where the buffers of the fixture are */

struct trial {
	struct fixture fixture;
	struct options options;
	struct run run;
	struct slot slot;
	struct smmute_result *result;
};

/* A transaction that did nothing yet, of a driver that tells addresses. */
static void begin(struct trial *trial, enum mode mode, enum fault fault, size_t size, size_t offset)
{
	struct fixture *fixture = &trial->fixture;
	struct slot *slot = &trial->slot;

	memset(trial, 0, sizeof(*trial));
	fixture_begin(fixture, mode, size, offset, 0);
	trial->options = (struct options){
		.mode = mode, .fault = fault, .size = size, .offset = offset, .stride = 1, .check = true,
	};
	trial->run = (struct run){ .options = &trial->options, .page = PAGE, .address_bits = 32 };
	slot->input = fixture->input;
	slot->output = fixture->output;
	slot->transfer = fixture->transfer;
	slot->transfer.input = slot->input.map ? &slot->input : NULL;
	slot->transfer.output = slot->output.map ? &slot->output : NULL;
	slot->nr_results = mode == MODE_P2P ? 2 : 1;
	slot->ids[0] = ID;
	slot->ids[1] = ID + 1;
	trial->result = slot->results;
	for (size_t n = 0; n < slot->nr_results; n++)
		slot->results[n] = (struct smmute_result){
			.transaction_id = ID + n, .flags = SMMUTE_RESULT_ADDRESSES,
			.begin = AT + offset, .output = AT + PAGE * 16 + offset,
		};
}

/* It ended with a fault. */
static void fail(struct trial *trial, uint32_t status, uint64_t expected, uint64_t value)
{
	trial->result->status = status;
	trial->result->expected = expected;
	trial->result->value = value;
}

static bool is(struct trial *trial, enum status status, const char *words)
{
	trial->run.failure = (struct failure){ .status = STATUS_OK };
	judge(&trial->run, &trial->slot);
	ktap_comment("%d %s", (int)trial->run.failure.status, trial->run.failure.reason);
	return trial->run.failure.status == status && strstr(trial->run.failure.reason, words);
}

static void test_good(void)
{
	struct trial trial;

	begin(&trial, MODE_MEMCPY, FAULT_NONE, 5000, 9);
	engine_copies(&trial.fixture);
	ktap_ok(is(&trial, STATUS_OK, ""), "a good copy is good");
	trial.result->value = 8;
	ktap_ok(is(&trial, STATUS_WRONG, "the value is 0x8, not 0"), "a value where there is none");
	trial.result->value = 0;
	trial.result->status = EIO;
	ktap_ok(is(&trial, STATUS_FAILED, "ended with status 5: Input/output error"), "a status");
	trial.result->status = 0;
	trial.result->output = AT + 1;
	ktap_ok(is(&trial, STATUS_WRONG, "the driver says that its buffer is at"), "an address with another offset");
	trial.result->output = (UINT64_C(1) << 32) + 9;
	ktap_ok(is(&trial, STATUS_WRONG, "where it cannot be"), "an address beyond the DMA mask");
	trial.result->output = AT + 9;
	trial.result->flags |= SMMUTE_RESULT_TOUCHED;
	ktap_ok(is(&trial, STATUS_WRONG, "memory out of the engine's reach was changed"), "memory touched");
	fixture_end(&trial.fixture);

	begin(&trial, MODE_SUM64, FAULT_NONE, 4096, 0);
	trial.result->value = pattern_sum(trial.slot.transfer.key, 512);
	ktap_ok(is(&trial, STATUS_OK, ""), "the right sum");
	trial.result->value--;
	ktap_ok(is(&trial, STATUS_WRONG, "the sum is 0x"), "a wrong sum");
	trial.run.history = trial.fixture.history;
	trial.result->value = pattern_sum(history_get(&trial.run.history, 1)->key, 512);
	ktap_ok(is(&trial, STATUS_WRONG, "but that of an earlier transaction's data"), "a stale sum");
	fixture_end(&trial.fixture);

	begin(&trial, MODE_RAND48, FAULT_NONE, 5000, 8);
	engine_fills(&trial.fixture, AT);
	ktap_ok(is(&trial, STATUS_OK, ""), "RAND48 at the address that is told");
	engine_fills(&trial.fixture, AT ^ UINT64_C(0x100000000));
	ktap_ok(is(&trial, STATUS_WRONG, "wrong output"), "RAND48 at another");
	fixture_end(&trial.fixture);
}

static void test_driver_fault(void)
{
	struct trial trial;

	begin(&trial, MODE_MEMCPY, FAULT_DRIVER, 256, 0);
	fail(&trial, EIO, ~AT, ~AT);
	ktap_ok(is(&trial, STATUS_OK, ""), "the fault where it must be");
	fail(&trial, EIO, ~AT, ~AT ^ 0x1000);
	ktap_ok(is(&trial, STATUS_WRONG, "is reported at 0xffffffffbfffdfff, but must be at 0xffffffffbfffcfff"),
		"the fault elsewhere");
	fail(&trial, 0, ~AT, 0);
	ktap_ok(is(&trial, STATUS_WRONG, "the drv fault was not reported: status 0"), "no fault");
	fail(&trial, EINVAL, ~AT, 0);
	ktap_ok(is(&trial, STATUS_WRONG, "with status 22 (Invalid argument), not 5"), "another status");
	fail(&trial, EIO, ~AT, ~AT);
	trial.fixture.out[3] ^= 1;
	ktap_ok(is(&trial, STATUS_WRONG, "output written in spite of the fault"), "a fault that writes");
	trial.fixture.out[3] ^= 1;
	trial.result->flags = 0;
	ktap_ok(is(&trial, STATUS_OK, ""), "a driver without addresses");
	fail(&trial, EIO, 0, ~(AT + 1));
	ktap_ok(is(&trial, STATUS_WRONG, "no inverted address"), "an address no buffer can have");
	fail(&trial, EIO, 0, AT);
	ktap_ok(is(&trial, STATUS_WRONG, "no inverted address"), "an address that is not inverted");
	fixture_end(&trial.fixture);

	begin(&trial, MODE_SUM64, FAULT_DRIVER, 256, 0);
	fail(&trial, EINVAL, ~AT, 0);
	ktap_ok(is(&trial, STATUS_OK, ""), "SUM64 at an inverted address is refused");
	fail(&trial, EIO, ~AT, ~AT);
	ktap_ok(is(&trial, STATUS_WRONG, "with status 5 (Input/output error), not 22"), "never tried");
	fixture_end(&trial.fixture);
	begin(&trial, MODE_SUM64, FAULT_DRIVER, 256, 7);
	fail(&trial, EIO, ~(AT + 7), ~(AT + 7));
	ktap_ok(is(&trial, STATUS_OK, ""), "unless that is aligned");
	fixture_end(&trial.fixture);
}

static void test_isolation(void)
{
	struct trial trial;

	begin(&trial, MODE_MEMCPY, FAULT_STALE_WRITE, 256, 0);
	fail(&trial, EIO, 0x77000, 0x77000);
	ktap_ok(is(&trial, STATUS_OK, ""), "an isolation fault where it must be");
	trial.options.check = false;
	fail(&trial, EIO, 0x77000, 0x77008);
	ktap_ok(is(&trial, STATUS_WRONG, "is reported at 0x77008, but must be at 0x77000"), "elsewhere, even without -c");
	fail(&trial, EIO, 0x77000, 0x77000);
	trial.result->flags |= SMMUTE_RESULT_TOUCHED;
	ktap_ok(is(&trial, STATUS_WRONG, "out of the engine's reach"), "with another's memory changed");
	trial.result->flags = 0;
	ktap_ok(is(&trial, STATUS_NOT_SUPPORTED, "the driver does not know the fault stale-write"),
		"of a driver that does not know it");
	fixture_end(&trial.fixture);

	begin(&trial, MODE_MEMCPY, FAULT_PAST_READ, 256, 0);
	trial.result->begin = 0x77f80;
	fail(&trial, EIO, 0x78000, 0x78000);
	memset(trial.fixture.out, 0x11, 128);
	ktap_ok(is(&trial, STATUS_OK, ""), "what is read before the end of a mapping may be written");
	trial.fixture.out[128] ^= 1;
	ktap_ok(is(&trial, STATUS_WRONG, "the byte at offset 0x80 is wrong"), "and no byte more");
	fixture_end(&trial.fixture);
}

static void test_p2p_results(void)
{
	static const uint8_t command[8] = { 3 }, waiting[8] = { 2 };
	struct trial trial;

	begin(&trial, MODE_P2P, FAULT_NONE, 8, 0);
	memcpy(trial.fixture.in, command, sizeof(command));
	engine_fills(&trial.fixture, AT);
	ktap_ok(is(&trial, STATUS_OK, ""), "P2P");
	trial.slot.results[1].status = EIO;
	ktap_ok(is(&trial, STATUS_FAILED, "transaction 8 ended with status 5"), "P2P whose second failed");
	fixture_end(&trial.fixture);

	begin(&trial, MODE_P2P, FAULT_DRIVER, 8, 0);
	memcpy(trial.fixture.in, command, sizeof(command));
	memcpy(trial.fixture.out, waiting, sizeof(waiting));
	fail(&trial, EIO, ~AT, ~AT);
	trial.slot.results[1].status = EIO;
	ktap_ok(is(&trial, STATUS_OK, ""), "P2P that was to fail");
	trial.slot.results[1].status = 0;
	ktap_ok(is(&trial, STATUS_WRONG, "was never launched"), "the second cannot be well then");
	trial.slot.results[1].flags = 0;
	ktap_ok(is(&trial, STATUS_OK, ""), "unless the driver may not know");
	fixture_end(&trial.fixture);
}

void test_judge(void)
{
	test_good();
	test_driver_fault();
	test_isolation();
	test_p2p_results();
}

#endif

// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "judge.h"
#include "pattern.h"

bool is_address_possible(const struct run *run, const struct area *area, uint64_t address)
{
	unsigned int bits = run->address_bits;
	uint64_t last = address + area->size - 1;

	return address % run->page == area->start % run->page && last >= address &&
	       (bits >= 64 || !(last >> bits));
}

/* The buffer that the engine accesses first. */
static const struct area *first_area(const struct slot *slot)
{
	enum mode mode = slot->transfer.mode;

	return mode == MODE_MEMCPY || mode == MODE_SUM64 ? &slot->input : &slot->output;
}

/* Words must be aligned, and an inverted address seldom is: then the engine refuses it. */
static uint32_t expected_status(const struct run *run, const struct slot *slot)
{
	const struct options *options = run->options;
	bool words = options->mode == MODE_SUM64 || options->stride != 1;
	bool aligned = ~first_area(slot)->start % PATTERN_WORD == 0;

	if (options->fault != FAULT_DRIVER || !words)
		return EIO;
	if (options->mode == MODE_SUM64 && options->size % PATTERN_WORD)
		return EINVAL;
	return aligned ? EIO : EINVAL;
}

static bool is_where_it_must_be(struct run *run, const struct slot *slot)
{
	const struct smmute_result *result = slot->results;

	if (result->flags & SMMUTE_RESULT_ADDRESSES) {
		if (result->value != result->expected)
			failure_add(&run->failure, STATUS_WRONG, "transaction %llu: the fault is reported at 0x%llx, "
				    "but must be at 0x%llx", result->transaction_id, result->value,
				    result->expected);
		return result->value == result->expected;
	}
	/* Only what is known of any buffer's address, inverted. */
	if (is_address_possible(run, first_area(slot), ~result->value))
		return true;
	failure_add(&run->failure, STATUS_WRONG, "transaction %llu: the fault is reported at 0x%llx, where no "
		    "inverted address of its buffer can be", result->transaction_id, result->value);
	return false;
}

/* P2P: what is not launched does not end well. Drivers that tell no addresses may not know that. */
static bool is_second_unlaunched(struct run *run, const struct slot *slot)
{
	const struct smmute_result *second = &slot->results[1];

	if (slot->nr_results < 2 || !(second->flags & SMMUTE_RESULT_ADDRESSES) || second->status == EIO)
		return true;
	failure_add(&run->failure, STATUS_WRONG, "transaction %llu has status %u, not %u, but was never launched",
		    second->transaction_id, second->status, EIO);
	return false;
}

bool judge_fault(struct run *run, const struct slot *slot)
{
	const struct smmute_result *result = slot->results;
	const char *name = fault_name(run->options->fault);
	bool isolation = fault_tests_isolation(run->options->fault);
	uint32_t right = expected_status(run, slot);

	if (isolation && !(result->flags & SMMUTE_RESULT_ADDRESSES)) {
		failure_add(&run->failure, STATUS_NOT_SUPPORTED, "the driver does not know the fault %s", name);
		return false;
	}
	if (!result->status) {
		failure_add(&run->failure, STATUS_WRONG, "transaction %llu: the %s fault was not reported: status 0",
			    result->transaction_id, name);
		return false;
	}
	if (!run->options->check && !isolation)
		return true;
	if (result->status != right) {
		failure_add(&run->failure, STATUS_WRONG, "transaction %llu: the %s fault was reported with status %u "
			    "(%s), not %u (%s)", result->transaction_id, name, result->status,
			    strerror((int)result->status), right, strerror((int)right));
		return false;
	}
	return (right != EIO || is_where_it_must_be(run, slot)) && is_second_unlaunched(run, slot);
}

// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "judge.h"
#include "pattern.h"

#define MAX_EARLIER	16u	/* launches whose sums are looked at */

/* True if it is said to be done. */
static bool judge_status(struct run *run, const struct smmute_result *result)
{
	if (!result->status)
		return true;
	failure_add(&run->failure, STATUS_FAILED, "transaction %llu ended with status %u: %s",
		    result->transaction_id, result->status, strerror((int)result->status));
	return false;
}

/* Only SUM64 has a value. */
static void judge_value(struct run *run, const struct smmute_result *result)
{
	if (result->value)
		failure_add(&run->failure, STATUS_WRONG, "transaction %llu: the value is 0x%llx, not 0",
			    result->transaction_id, result->value);
}

static void judge_sum(struct run *run, const struct slot *slot)
{
	const struct smmute_result *result = slot->results;
	size_t words = run->options->size / PATTERN_WORD;
	uint64_t right = pattern_sum(slot->transfer.key, words);
	const struct launch *launch;
	const char *whose = "";

	if (result->value == right)
		return;
	for (size_t before = 0; before < MAX_EARLIER && (launch = history_get(&run->history, before)); before++)
		if (launch->id != slot->ids[0] && result->value == pattern_sum(launch->key, words))
			whose = ", but that of an earlier transaction's data";
	failure_add(&run->failure, STATUS_WRONG, "transaction %llu: the sum is 0x%llx, not 0x%llx%s",
		    result->transaction_id, result->value, (unsigned long long)right, whose);
}

static bool judge_good(struct run *run, const struct slot *slot)
{
	const struct smmute_result *result;
	bool good = true;

	for (unsigned int n = 0; n < slot->nr_results; n++) {
		result = &slot->results[n];
		if (!judge_status(run, result))
			good = false;
		else if (run->options->check && run->options->mode == MODE_SUM64)
			judge_sum(run, slot);
		else if (run->options->check)
			judge_value(run, result);
	}
	return good;
}

/* What the driver tells of an address must fit the buffer. */
static void judge_address(struct run *run, const struct slot *slot, const struct area *area,
			  uint64_t address)
{
	if (!is_address_possible(run, area, address))
		failure_add(&run->failure, STATUS_WRONG, "transaction %llu: the driver says that its buffer is at "
			    "0x%llx, where it cannot be", slot->ids[0], (unsigned long long)address);
}

static void learn_addresses(struct run *run, struct slot *slot)
{
	const struct smmute_result *result = slot->results;
	struct transfer *transfer = &slot->transfer;

	if (!(result->flags & SMMUTE_RESULT_ADDRESSES))
		return;
	if (run->options->mode == MODE_MEMCPY || run->options->mode == MODE_SUM64)
		judge_address(run, slot, &slot->input, result->begin);
	if (run->options->mode == MODE_SUM64)
		return;
	transfer->addressed = true;
	/* The next filling will know it too. */
	slot->output.high = (uint32_t)(result->begin >> 32) % RAND48_STARTS;
	transfer->address = run->options->mode == MODE_MEMCPY ? result->output : result->begin;
	judge_address(run, slot, &slot->output, transfer->address);
}

/* All that a fault let the engine do is to read up to where it strikes. */
static size_t changeable(const struct run *run, const struct slot *slot)
{
	const struct smmute_result *result = slot->results;
	uint64_t reach = result->expected - result->begin;

	if (run->options->fault != FAULT_PAST_READ)
		return 0;
	return reach < run->options->size ? (size_t)reach : run->options->size;
}

void judge(struct run *run, struct slot *slot)
{
	const struct options *options = run->options;
	struct transfer *transfer = &slot->transfer;

	transfer->faulted = options->fault != FAULT_NONE && options->fault != FAULT_TLB;
	for (unsigned int n = 0; n < slot->nr_results; n++)
		if (slot->results[n].flags & SMMUTE_RESULT_TOUCHED)
			failure_add(&run->failure, STATUS_WRONG, "transaction %llu: memory out of the engine's reach was "
				    "changed (fault %s)", slot->ids[n], fault_name(options->fault));
	/* One that failed may have left anything. */
	if (transfer->faulted ? !judge_fault(run, slot) : !judge_good(run, slot))
		return;
	if (!options->check)
		return;
	if (transfer->faulted)
		transfer->changeable = changeable(run, slot);
	else
		learn_addresses(run, slot);
	transfer_check(transfer, &run->failure);
}

// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "finish.h"
#include "judge.h"
#include "print.h"
#include "request.h"
#include "result.h"

static void flush(struct run *run)
{
	/* At once, so that a kill loses none that ended. */
	if ((fflush(stdout) || ferror(stdout)) && !has_failed(&run->failure))
		failure_add(&run->failure, STATUS_FAILED, "cannot write the results: %s", strerror(errno));
}

static bool ended_well(const struct slot *slot)
{
	for (unsigned int n = 0; n < slot->nr_results; n++)
		if (slot->results[n].status)
			return false;
	return true;
}

static void print(const struct run *run, const struct slot *slot)
{
	const struct options *options = run->options;
	const struct smmute_result *first = &slot->results[0];

	for (unsigned int n = 0; options->debug && n < slot->nr_results; n++)
		result_print(&slot->results[n]);
	if (options->quiet)
		return;
	print_result(first->transaction_id, (int)first->status, first->value, slot->duration);
	if (!slot->output.map)
		return;
	if (options->mode == MODE_P2P)
		print_second_result(&slot->results[1], area_data(&slot->output));
	else if (options->depth == 1 && ended_well(slot))
		print_buffer(area_data(&slot->output), slot->output.size);
}

void finish(struct run *run, struct slot *slot)
{
	/* First of all, as data may be late. */
	judge(run, slot);
	print(run, slot);
	flush(run);
}

void finish_unlaunched(struct run *run, int error)
{
	enum fault fault = run->options->fault;

	if (error == ESRCH && (fault == FAULT_TLB || fault_stops_launch(fault))) {
		note("failed to launch transaction: %s", strerror(error));
		return;
	}
	if (fault_tests_isolation(fault) && error == EOPNOTSUPP) {
		failure_add(&run->failure, STATUS_NOT_SUPPORTED, "the fault %s needs an IOMMU that translates what the "
			    "engine accesses, and there is none", fault_name(fault));
		return;
	}
	if (fault_tests_isolation(fault) && error == EINVAL) {
		failure_add(&run->failure, STATUS_NOT_SUPPORTED, "the driver does not know the fault %s",
			    fault_name(fault));
		return;
	}
	failure_add(&run->failure, STATUS_FAILED, "failed to launch transaction: %s", strerror(error));
}

void finish_unmapped(struct run *run, struct slot *slot)
{
	failure_add(&run->failure, STATUS_WRONG, "transaction %llu was launched with buffers that are unmapped",
		    slot->ids[0]);
	print(run, slot);
	flush(run);
}

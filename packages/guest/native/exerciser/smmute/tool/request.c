// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "request.h"

#define NO_BUFFER	0	/* an address no buffer has */

static uint64_t address(const struct area *area, bool none)
{
	return area->map && !none ? (uintptr_t)area_data(area) : NO_BUFFER;
}

void request_set(const struct options *options, const struct slot *slot, union smmute_params *params)
{
	const struct transfer *transfer = &slot->transfer;
	uint64_t input = address(&slot->input, options->fault == FAULT_READ);
	uint64_t output = address(&slot->output, options->fault == FAULT_WRITE);
	struct smmute_common common = {
		.size = options->size,
		.attr = SMMUTE_ATTR(SMMUTE_ATTR_WBRAWA_SH, SMMUTE_ATTR_WBRAWA_SH),
		.stride = (__u32)options->stride,
		.seed = transfer->seed,
		.flags = fault_flags(options->fault),
	};

	memset(params, 0, sizeof(*params));
	switch (options->mode) {
	case MODE_MEMCPY:
		common.input_start = input;
		params->memcpy = (struct smmute_memcpy){ .common = common, .output_start = output };
		break;
	case MODE_RAND48:
		common.input_start = output;
		params->rand48 = (struct smmute_rand48){ .common = common };
		break;
	case MODE_SUM64:
		common.input_start = input;
		params->sum64 = (struct smmute_sum64){ .common = common };
		break;
	case MODE_P2P:
		/* The first reads the eight bytes that the command then fills; the second holds the command. */
		common.size = sizeof(uint64_t);
		params->p2p = (struct smmute_p2p){
			.first = common, .second = common, .command = SMMUTE_IOCTL_RAND48,
		};
		params->p2p.first.input_start = address(&slot->output, options->fault == FAULT_READ);
		params->p2p.second.input_start = address(&slot->input, options->fault == FAULT_WRITE);
		break;
	}
}

void request_print(const struct options *options, const union smmute_params *params)
{
	const struct smmute_common *common = &params->memcpy.common;

	note("launch: mode %c, input 0x%llx, output 0x%llx, size 0x%llx, stride %u, seed 0x%x, flags 0x%x",
	     "mrsp"[options->mode], common->input_start,
	     options->mode == MODE_MEMCPY ? params->memcpy.output_start :
	     options->mode == MODE_P2P ? params->p2p.second.input_start : 0,
	     common->size, common->stride, common->seed, common->flags);
}

void result_print(const struct smmute_result *result)
{
	note("result: transaction %llu, status %u, value 0x%llx, expected 0x%llx, begin 0x%llx, output 0x%llx, "
	     "flags 0x%x", result->transaction_id, result->status, result->value, result->expected,
	     result->begin, result->output, result->flags);
}

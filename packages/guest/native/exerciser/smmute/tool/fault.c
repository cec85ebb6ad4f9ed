// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "fault.h"
#include "smmute.h"

/* The driver has no larger memory to send the engine to. */
#define MAX_VICTIM	0x10000u

enum side { NEITHER, READS, WRITES, EITHER };

static const struct {
	const char *name;
	uint32_t flags;
	enum side side;		/* what the engine does when it is struck */
	bool isolation;
} faults[] = {
	[FAULT_NONE] = { "none", 0, EITHER, false },
	[FAULT_READ] = { "read", 0, READS, false },
	[FAULT_WRITE] = { "write", 0, WRITES, false },
	[FAULT_DRIVER] = { "drv", SMMUTE_FLAG_FAULT, EITHER, false },
	[FAULT_TLB] = { "tlb", 0, EITHER, false },
	[FAULT_PASID] = { "pasid", 0, NEITHER, false },
	[FAULT_STALE_READ] = { "stale-read", SMMUTE_FLAG_STALE | SMMUTE_FLAG_ON_READ, READS, true },
	[FAULT_STALE_WRITE] = { "stale-write", SMMUTE_FLAG_STALE, WRITES, true },
	[FAULT_PAST_READ] = { "past-read", SMMUTE_FLAG_PAST | SMMUTE_FLAG_ON_READ, READS, true },
	[FAULT_PAST_WRITE] = { "past-write", SMMUTE_FLAG_PAST, WRITES, true },
	[FAULT_FOREIGN_READ] = { "foreign-read", SMMUTE_FLAG_FOREIGN | SMMUTE_FLAG_ON_READ, READS, true },
	[FAULT_FOREIGN_WRITE] = { "foreign-write", SMMUTE_FLAG_FOREIGN, WRITES, true },
	[FAULT_READONLY] = { "readonly", SMMUTE_FLAG_READONLY, WRITES, true },
	[FAULT_SUBSTREAM] = { "substream", SMMUTE_FLAG_SUBSTREAM, EITHER, true },
};

#define NR_FAULTS	(sizeof(faults) / sizeof(*faults))

bool fault_parse(const char *name, enum fault *fault)
{
	for (size_t n = FAULT_NONE + 1; n < NR_FAULTS; n++) {
		if (strcmp(name, faults[n].name))
			continue;
		*fault = (enum fault)n;
		return true;
	}
	return false;
}

const char *fault_name(enum fault fault)
{
	return faults[fault].name;
}

uint32_t fault_flags(enum fault fault)
{
	return faults[fault].flags;
}

bool fault_stops_launch(enum fault fault)
{
	return fault == FAULT_READ || fault == FAULT_WRITE;
}

bool fault_tests_isolation(enum fault fault)
{
	return faults[fault].isolation;
}

/* One unit before the end of a mapping, and one behind it. */
size_t fault_min_size(enum fault fault, enum mode mode)
{
	if (fault != FAULT_PAST_READ && fault != FAULT_PAST_WRITE)
		return 1;
	return mode == MODE_SUM64 ? 2 * sizeof(uint64_t) : 2;
}

size_t fault_max_size(enum fault fault)
{
	return faults[fault].isolation && fault != FAULT_SUBSTREAM ? MAX_VICTIM : SIZE_MAX;
}

bool fault_strikes(enum fault fault, enum mode mode)
{
	/* P2P reads and writes, but the driver leads a chain nowhere else. */
	if (mode == MODE_P2P && faults[fault].isolation)
		return false;
	switch (faults[fault].side) {
	case READS:
		return mode != MODE_RAND48;
	case WRITES:
		return mode != MODE_SUM64;
	case EITHER:
		return true;
	default:
		return false;
	}
}

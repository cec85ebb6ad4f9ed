/* SPDX-License-Identifier: Apache-2.0 */
/* What can be made to go wrong, and must then be reported. */
#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mode.h"

enum fault {
	FAULT_NONE,
	FAULT_READ,		/* an input address that is no buffer's: the driver finds none */
	FAULT_WRITE,		/* an output address that is no buffer's */
	FAULT_DRIVER,		/* the driver inverts the DMA addresses */
	FAULT_TLB,		/* use the buffers well, then once more after they are unmapped */
	FAULT_PASID,		/* a task that is not bound: shared virtual addressing only */
	/* The driver sends the engine where it must not reach: see smmute.h. */
	FAULT_STALE_READ,
	FAULT_STALE_WRITE,
	FAULT_PAST_READ,
	FAULT_PAST_WRITE,
	FAULT_FOREIGN_READ,
	FAULT_FOREIGN_WRITE,
	FAULT_READONLY,
	FAULT_SUBSTREAM,
};

/* False if no fault is called so. */
bool fault_parse(const char *name, enum fault *fault);
const char *fault_name(enum fault fault);
/* SMMUTE_FLAG_*: what the driver is told. */
uint32_t fault_flags(enum fault fault);

/* Is it one that the driver keeps from the engine? Then launching must fail. */
bool fault_stops_launch(enum fault fault);
/* Is it an isolation fault: one that an IOMMU, or the lack of memory, must stop? */
bool fault_tests_isolation(enum fault fault);
/* How many bytes can a transaction of the mode have that is struck so? */
size_t fault_min_size(enum fault fault, enum mode mode);
size_t fault_max_size(enum fault fault);
/* Does the mode do what the fault strikes? */
bool fault_strikes(enum fault fault, enum mode mode);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Is a transaction's result what it must be? */
#ifndef JUDGE_H
#define JUDGE_H

#include "slot.h"

/* All its results are there: compare them, and with -c the memory. */
void judge(struct run *run, struct slot *slot);
/* judge_fault.c: the same for a fault that reaches the engine. True if it was reported as it must be. */
bool judge_fault(struct run *run, const struct slot *slot);

/* Can the data of an area have this DMA address? */
bool is_address_possible(const struct run *run, const struct area *area, uint64_t address);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a transaction: judged, then told. */
#ifndef FINISH_H
#define FINISH_H

#include "slot.h"

/* All its results are there. */
void finish(struct run *run, struct slot *slot);
/* The driver refused it with an errno, which may be what was asked for. */
void finish_unlaunched(struct run *run, int error);
/* It was launched although its buffers are gone. */
void finish_unmapped(struct run *run, struct slot *slot);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* All transactions of a run: launched as slots are free, collected as they end. */
#ifndef PIPELINE_H
#define PIPELINE_H

#include "run.h"

/* The run's failure says how it went. */
void pipeline_run(struct run *run);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* From "something is wrong here" to the sentence that says what. */
#ifndef INSPECT_H
#define INSPECT_H

#include "transfer.h"

void inspect_output(const struct transfer *transfer, const struct content *right,
		    const struct content *before, struct failure *failure);
void inspect_input(const struct transfer *transfer, const struct content *right,
		   struct failure *failure);
void inspect_guard(const struct transfer *transfer, const struct area *area, const char *side,
		   bool behind, struct failure *failure);

#endif

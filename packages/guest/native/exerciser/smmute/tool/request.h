/* SPDX-License-Identifier: Apache-2.0 */
/* What the driver is asked for. */
#ifndef REQUEST_H
#define REQUEST_H

#include "slot.h"

void request_set(const struct options *options, const struct slot *slot, union smmute_params *params);
/* -d: to standard error */
void request_print(const struct options *options, const union smmute_params *params);
void result_print(const struct smmute_result *result);

#endif

// SPDX-License-Identifier: Apache-2.0
#include "history.h"

void history_add(struct history *history, const struct launch *launch)
{
	history->launches[history->count++ % HISTORY_SIZE] = *launch;
}

const struct launch *history_get(const struct history *history, size_t before)
{
	if (before >= history->count || before >= HISTORY_SIZE)
		return NULL;
	return &history->launches[(history->count - 1 - before) % HISTORY_SIZE];
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What was launched lately, so that data of then can be named when it is found now. */
#ifndef HISTORY_H
#define HISTORY_H

#include <stddef.h>
#include <stdint.h>

#define HISTORY_SIZE	512u	/* more than can be in flight */

struct launch {
	uint64_t id;
	uint64_t key;
	uint32_t seed;
};

struct history {
	struct launch launches[HISTORY_SIZE];
	size_t count;
};

void history_add(struct history *history, const struct launch *launch);
/* The launch so many before the latest one; NULL if that is forgotten, or there was none. */
const struct launch *history_get(const struct history *history, size_t before);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes from one descriptor to another, both of them non-blocking. */
#ifndef FLOW_H
#define FLOW_H

#include <stdbool.h>
#include <stddef.h>

enum { FLOW_PIECE_BYTES = 4096 };

/* One direction: at most one piece is held, so that a slow reader slows the writer down. */
struct flow {
	int from;
	int to;
	size_t start;
	size_t end;
	bool over; /* `from` has ended */
	unsigned char piece[FLOW_PIECE_BYTES];
};

/* Waits until one of both may go on, and says which. False, with errno, when that cannot be waited for. */
bool flows_wait(const struct flow flows[2], bool ready[2]);

/* Reads a piece if none is held, else writes what is held. False, with errno, when that direction is broken. */
bool flow_advance(struct flow *flow);

/* All there was has been written. */
bool flow_is_done(const struct flow *flow);

bool make_nonblocking(int fd);

#endif

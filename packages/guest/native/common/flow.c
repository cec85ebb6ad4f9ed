// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "flow.h"

static bool holds(const struct flow *flow)
{
	return flow->start < flow->end;
}

bool flows_wait(const struct flow flows[2], bool ready[2])
{
	struct pollfd waits[2];

	for (int i = 0; i < 2; i++) {
		const struct flow *flow = &flows[i];

		/* poll() leaves out what is negative. */
		waits[i].fd = holds(flow) ? flow->to : flow->over ? -1 : flow->from;
		waits[i].events = holds(flow) ? POLLOUT : POLLIN;
		waits[i].revents = 0;
	}
	if (poll(waits, 2, -1) < 0 && errno != EINTR)
		return false;
	for (int i = 0; i < 2; i++)
		ready[i] = waits[i].revents != 0;
	return true;
}

bool flow_advance(struct flow *flow)
{
	ssize_t count;

	if (!holds(flow)) {
		count = read(flow->from, flow->piece, sizeof(flow->piece));
		if (count > 0) {
			flow->start = 0;
			flow->end = (size_t)count;
		}
		/* A terminal that everybody has closed gives EIO. */
		flow->over = count == 0 || (count < 0 && errno == EIO);
	} else {
		count = write(flow->to, flow->piece + flow->start, flow->end - flow->start);
		if (count > 0)
			flow->start += (size_t)count;
	}
	return count >= 0 || flow->over || errno == EAGAIN || errno == EINTR;
}

bool flow_is_done(const struct flow *flow)
{
	return flow->over && !holds(flow);
}

bool make_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

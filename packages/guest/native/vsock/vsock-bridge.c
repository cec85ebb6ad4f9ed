// SPDX-License-Identifier: Apache-2.0
/*
 * vsock-bridge: joins its standard input and output with one AF_VSOCK stream, for programs that know pipes but not
 * vsock(7).
 *
 *     vsock-bridge connect CID PORT    connects to PORT of CID (2 is the host)
 *     vsock-bridge listen CID PORT     takes one connection from CID on PORT; writes "listening" and, once it has it,
 *                                      "connected" on stderr
 *
 * Ends with 0 when its standard input has ended and all of it was sent, with 1 when the other end closed or anything
 * failed (one line on stderr says what), with 2 for a usage error.
 *
 * No write is larger than 4 KiB and no direction is shut down by itself: virtio-vsock devices in user space were seen
 * to stall on large writes and to lose what came after a half-close.
 */
#define _GNU_SOURCE /* accept4 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

#include "flow.h"

enum { EXIT_USAGE = 2 };

static int fail(const char *what)
{
	fprintf(stderr, "vsock-bridge: %s: %s\n", what, strerror(errno));
	return -1;
}

static bool parse_number(const char *text, unsigned int *number)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	*number = (unsigned int)value;
	return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && value < VMADDR_CID_ANY;
}

static int connect_to(unsigned int cid, unsigned int port)
{
	struct sockaddr_vm address = { .svm_family = AF_VSOCK, .svm_cid = cid, .svm_port = port };
	int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return fail("no AF_VSOCK socket");
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fail("cannot connect");
	return fd;
}

static int accept_from(unsigned int cid, unsigned int port)
{
	struct sockaddr_vm address = { .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = port };
	int listener = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (listener < 0)
		return fail("no AF_VSOCK socket");
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 4))
		return fail("cannot listen");
	fprintf(stderr, "listening\n");
	for (;;) {
		struct pollfd ready[2] = { { .fd = listener, .events = POLLIN }, { .fd = STDIN_FILENO } };
		struct sockaddr_vm peer = { 0 };
		socklen_t length = sizeof(peer);
		int fd;

		if (poll(ready, 2, -1) < 0 && errno != EINTR)
			return fail("poll");
		/* Whoever wanted the connection is gone. */
		if (ready[1].revents & (POLLHUP | POLLERR))
			exit(EXIT_SUCCESS);
		if (!(ready[0].revents & POLLIN))
			continue;
		fd = accept4(listener, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC);
		if (fd < 0)
			return fail("accept");
		/* The kernel vouches for the peer's CID; another guest's connection is none of ours. */
		if (peer.svm_cid == cid) {
			close(listener);
			fprintf(stderr, "connected\n");
			return fd;
		}
		close(fd);
	}
}

static int relay(int connection)
{
	static struct flow flows[2];
	struct flow *out = &flows[0], *in = &flows[1];

	out->from = STDIN_FILENO;
	out->to = in->from = connection;
	in->to = STDOUT_FILENO;
	for (;;) {
		bool ready[2];

		if (!flows_wait(flows, ready))
			return fail("poll");
		for (int i = 0; i < 2; i++)
			if (ready[i] && !flow_advance(&flows[i]))
				return fail("the connection broke");
		if (flow_is_done(in)) {
			fprintf(stderr, "vsock-bridge: the other end closed the connection\n");
			return -1;
		}
		if (flow_is_done(out))
			return 0;
	}
}

int main(int argc, char **argv)
{
	unsigned int cid, port;
	bool listens = argc == 4 && strcmp(argv[1], "listen") == 0;
	bool connects = argc == 4 && strcmp(argv[1], "connect") == 0;
	int connection;

	if ((!listens && !connects) || !parse_number(argv[2], &cid) || !parse_number(argv[3], &port)) {
		fprintf(stderr, "usage: vsock-bridge connect|listen CID PORT\n");
		return EXIT_USAGE;
	}
	connection = listens ? accept_from(cid, port) : connect_to(cid, port);
	if (connection < 0)
		return EXIT_FAILURE;
	if (!make_nonblocking(connection) || !make_nonblocking(STDIN_FILENO) || !make_nonblocking(STDOUT_FILENO)) {
		fail("cannot set O_NONBLOCK");
		return EXIT_FAILURE;
	}
	return relay(connection) ? EXIT_FAILURE : EXIT_SUCCESS;
}

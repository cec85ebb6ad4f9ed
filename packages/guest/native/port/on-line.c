// SPDX-License-Identifier: Apache-2.0
/*
 * on-line: runs a program whenever somebody outside says a line on a virtio serial port.
 *
 *     on-line PORT PROGRAM [ARGUMENT]...
 *
 * The program opens the port itself, which only one process can have open, so it is closed before. When the program has
 * ended, the next line starts it again. This ends, with status 1, when there is no such port or it cannot be waited for.
 *
 * Where nobody outside is connected there is nothing to read, and poll() returns at once; the driver then says by SIGIO
 * that somebody is (drivers/char/virtio_console.c, send_sigio_to_port). So a guest that nobody wants anything of does not
 * wake up for this, nor one that is restored.
 */
#define _GNU_SOURCE /* O_ASYNC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int fail(const char *what)
{
	fprintf(stderr, "on-line: %s: %s\n", what, strerror(errno));
	return EXIT_FAILURE;
}

static bool ask_for_signal(int port)
{
	const int flags = fcntl(port, F_GETFL);

	return flags >= 0 && !fcntl(port, F_SETOWN, getpid()) && !fcntl(port, F_SETFL, flags | O_ASYNC);
}

/* Byte by byte, as what follows is for the program. */
static bool read_line(int port, const sigset_t *connected)
{
	char byte = 0;

	while (byte != '\n') {
		const ssize_t bytes = read(port, &byte, 1);

		if (bytes < 0 && errno != EINTR)
			return false;
		if (bytes == 0)
			sigwaitinfo(connected, NULL);
	}
	return true;
}

/* A command that outlives the program may still have it open. */
static int open_port(const char *name)
{
	for (;;) {
		const int port = open(name, O_RDWR | O_CLOEXEC);

		if (port >= 0 || errno != EBUSY)
			return port;
		sleep(1);
	}
}

static bool await_line(const char *name, const sigset_t *connected)
{
	const int port = open_port(name);
	bool good;

	if (port < 0)
		return false;
	good = ask_for_signal(port) && read_line(port, connected);
	close(port);
	return good;
}

static bool run(char **argv, const posix_spawnattr_t *attributes)
{
	pid_t child;
	int status;

	errno = posix_spawn(&child, argv[0], NULL, attributes, argv, environ);
	if (errno)
		return false;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return true;
}

int main(int argc, char **argv)
{
	posix_spawnattr_t attributes;
	sigset_t connected, none;

	if (argc < 3) {
		fputs("usage: on-line PORT PROGRAM [ARGUMENT]...\n", stderr);
		return EXIT_FAILURE;
	}
	sigemptyset(&none);
	sigemptyset(&connected);
	sigaddset(&connected, SIGIO);
	sigprocmask(SIG_BLOCK, &connected, NULL);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, &none);
	for (;;) {
		if (!await_line(argv[1], &connected))
			return fail(argv[1]);
		if (!run(argv + 2, &attributes))
			return fail(argv[2]);
	}
}

// SPDX-License-Identifier: Apache-2.0
/*
 * on-terminal: runs a program on a terminal of its own, for programs that take input from nothing else.
 *
 *     on-terminal [--size FILE] PROGRAM [ARGUMENT]...
 *
 * What comes on standard input is typed at the terminal, what the program prints there goes to standard output, byte
 * for byte; its standard error stays ours. Ends when the program and all others on the terminal have closed it, with
 * the program's status, or 128 and its signal's number; with 127 when it cannot be run. The program is killed when this
 * ends before it.
 *
 * With --size the terminal is one that somebody sits at: it echoes, edits lines and makes signals of keys, takes
 * standard error too, and the end of standard input is the end of file typed at it. FILE holds its rows and columns, and
 * is read again at SIGWINCH.
 */
#define _GNU_SOURCE /* posix_openpt, ptsname_r */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "flow.h"

enum { EXIT_USAGE = 2, EXIT_NO_PROGRAM = 127, SIGNALLED = 128, NAME_BYTES = 64 };
enum { END_OF_FILE = 4 }; /* VEOF as terminals have it from the start: ^D */

static volatile sig_atomic_t resized;

static int fail(const char *what)
{
	fprintf(stderr, "on-terminal: %s: %s\n", what, strerror(errno));
	return -1;
}

/* The terminal changes nothing of what goes through it until the program says what it wants of it. */
static bool make_raw(int fd)
{
	struct termios settings;

	if (tcgetattr(fd, &settings))
		return false;
	cfmakeraw(&settings);
	return tcsetattr(fd, TCSANOW, &settings) == 0;
}

static void note_resize(int number)
{
	(void)number;
	resized = 1;
}

/* A size that cannot be read is none: programs then take what they take without one. */
static void set_size(int terminal, const char *file)
{
	struct winsize size = { 0 };
	FILE *in = fopen(file, "re");

	if (!in)
		return;
	if (fscanf(in, "%hu %hu", &size.ws_row, &size.ws_col) == 2)
		ioctl(terminal, TIOCSWINSZ, &size);
	fclose(in);
}

static void become(char **argv, const char *name, pid_t parent, bool is_seat)
{
	int terminal;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent || setsid() < 0)
		exit(EXIT_NO_PROGRAM);
	terminal = open(name, O_RDWR);
	if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0) || (!is_seat && !make_raw(terminal)) ||
	    dup2(terminal, STDIN_FILENO) < 0 || dup2(terminal, STDOUT_FILENO) < 0 ||
	    (is_seat && dup2(terminal, STDERR_FILENO) < 0)) {
		fail("no terminal");
		exit(EXIT_NO_PROGRAM);
	}
	if (terminal > STDERR_FILENO)
		close(terminal);
	execvp(argv[0], argv);
	fail(argv[0]);
	exit(EXIT_NO_PROGRAM);
}

static int relay(int terminal, const char *size_file)
{
	static struct flow flows[2];
	struct flow *typed = &flows[0], *printed = &flows[1];
	bool has_ended = false;

	typed->from = STDIN_FILENO;
	typed->to = printed->from = terminal;
	printed->to = STDOUT_FILENO;
	while (!flow_is_done(printed)) {
		bool ready[2];

		if (!flows_wait(flows, ready))
			return fail("poll");
		if (resized) {
			resized = 0;
			set_size(terminal, size_file);
		}
		if (ready[1] && !flow_advance(printed))
			return fail("the output broke");
		/* What is typed at a program that is gone has no reader. */
		if (ready[0] && !flow_advance(typed))
			typed->over = true, typed->start = typed->end;
		if (size_file && !has_ended && flow_is_done(typed)) {
			has_ended = true;
			typed->piece[0] = END_OF_FILE;
			typed->start = 0;
			typed->end = 1;
		}
	}
	return 0;
}

static int status_of(pid_t program)
{
	int status;

	while (waitpid(program, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_FAILURE;
	return WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	const struct sigaction on_resize = { .sa_handler = note_resize };
	const char *size_file = NULL;
	char name[NAME_BYTES];
	pid_t program, self = getpid();
	int held, terminal;

	if (argc > 3 && strcmp(argv[1], "--size") == 0) {
		size_file = argv[2];
		argv += 2;
		argc -= 2;
	}
	if (argc < 2) {
		fprintf(stderr, "usage: on-terminal [--size FILE] PROGRAM [ARGUMENT]...\n");
		return EXIT_USAGE;
	}
	terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal < 0 || grantpt(terminal) || unlockpt(terminal) || ptsname_r(terminal, name, sizeof(name))) {
		fail("no terminal");
		return EXIT_NO_PROGRAM;
	}
	/* Held until the program has it: a terminal that nobody has open yet looks like one that all have closed. */
	held = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (held < 0 || (!size_file && !make_raw(held)) || !make_nonblocking(terminal) ||
	    !make_nonblocking(STDIN_FILENO)) {
		fail("no terminal");
		return EXIT_NO_PROGRAM;
	}
	if (size_file) {
		set_size(terminal, size_file);
		sigaction(SIGWINCH, &on_resize, NULL);
	}
	program = fork();
	if (program < 0) {
		fail("fork");
		return EXIT_NO_PROGRAM;
	}
	if (program == 0)
		become(argv + 1, name, self, size_file != NULL);
	close(held);
	if (relay(terminal, size_file))
		return EXIT_FAILURE;
	return status_of(program);
}

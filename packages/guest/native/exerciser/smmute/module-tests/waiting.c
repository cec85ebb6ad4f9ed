// SPDX-License-Identifier: Apache-2.0
/* Results: how they are waited for, with many transactions, threads and processes. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "life.h"

TEST(keep_and_forget)
{
	int fd = engine_open();
	uint8_t *buffer = engine_map(fd, PAGE);
	struct smmute_result result;
	uint64_t id;

	check(engine_try_collect(fd, 1ull << 60, true, false, &result) == -ENOENT, "an unknown number");
	id = engine_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL, 64);
	check(!engine_try_collect(fd, id, true, true, &result), "no result");
	check(!engine_try_collect(fd, id, false, true, &result), "the kept result is gone");
	check(engine_poll(fd, 0) == POLLIN, "poll does not tell of the kept result");
	check(!engine_try_collect(fd, id, false, false, &result), "the kept result is gone");
	check(engine_try_collect(fd, id, false, false, &result) == -ENOENT, "it can be had twice");
	check(engine_poll(fd, 0) == 0, "poll tells of a collected result");
}

TEST(not_finished_yet)
{
	int fd = engine_open();
	uint8_t *buffer = engine_map(fd, LONG_WORK);
	struct smmute_result result;
	uint64_t id;

	keep_busy(fd, buffer, LONG_WORK, 5);
	id = engine_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL, 64);
	check(engine_try_collect(fd, id, false, false, &result) == -EAGAIN, "no EAGAIN");
	check(!engine_collect(fd, id).status, "status");
}

/* As many as can be in flight, collected as poll() says; other files must not be told. */
TEST_FOR(poll_with_depth, 120)
{
	enum { DEPTH = 256, ALL = 700 };
	int fd = engine_open(), other = engine_open();
	uint8_t *buffer = engine_map(fd, KIB(64));
	unsigned int launched = 0, collected = 0, n;
	uint64_t ids[DEPTH] = { 0 };
	struct smmute_result result;
	bool found;

	while (collected < ALL) {
		for (n = 0; n < DEPTH && launched < ALL; n++)
			if (!ids[n]) {
				ids[n] = engine_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL, 512);
				launched++;
			}
		check(engine_poll(fd, 5000) == POLLIN, "poll: nothing in 5 s, %u of %u done", collected, ALL);
		check(engine_poll(other, 0) == 0, "another file is told");
		found = false;
		for (n = 0; n < DEPTH; n++) {
			if (!ids[n] || engine_try_collect(fd, ids[n], false, false, &result))
				continue;
			check(!result.status, "status %u", result.status);
			ids[n] = 0;
			collected++;
			found = true;
		}
		check(found, "poll told of a result that is not there");
	}
	check(engine_poll(fd, 0) == 0, "poll tells of collected results");
}

TEST_FOR(frames_run_out, 120)
{
	enum { MOST = NR_FRAMES + 256 };
	int fd = engine_open();
	uint8_t *buffer = engine_map(fd, LONG_WORK);
	uint64_t *ids = calloc(MOST, sizeof(*ids));
	unsigned int launched = 0, n;
	int err = 0;

	check(ids, "no memory");
	/* The first ones take so long that the others must wait. */
	while (launched < MOST && !err) {
		err = engine_try_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL,
					launched < 150 ? LONG_WORK : 64, 0, &ids[launched]);
		launched += !err;
	}
	if (!err)
		skip("the engine ends them sooner than they can be launched");
	check(err == -EBUSY, "%u launched, then: %s", launched, strerror(-err));
	check(launched >= NR_FRAMES, "%u frames", launched);
	for (n = 0; n < launched; n++)
		check(!engine_collect(fd, ids[n]).status, "status of number %u", n);
}

TEST_FOR(results_nobody_asks_for, 180)
{
	int fd = engine_open();
	uint8_t *buffer = engine_map(fd, PAGE);
	unsigned int launched = 0;
	uint64_t id, first = 0;
	int err = 0;

	while (launched <= 4096 && !err) {
		err = engine_try_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL, 8, 0, &id);
		if (err == -EBUSY && launched < 4096) {
			engine_poll(fd, 10);	/* frames, then */
			err = 0;
			continue;
		}
		if (!first)
			first = id;
		launched += !err;
	}
	check(err == -EBUSY && launched == 4096, "%u launched, then: %s", launched, strerror(-err));
	engine_collect(fd, first);
	engine_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL, 8);
}

static void *copy_often(void *argument)
{
	int fd = argument ? *(int *)argument : engine_open();
	uint8_t *in = engine_map(fd, KIB(16)), *out = engine_map(fd, KIB(16));
	unsigned int n;

	for (n = 0; n < 60; n++)
		transfer(fd, in, out, KIB(16), n);
	return NULL;
}

TEST_FOR(threads_of_one_file, 120)
{
	pthread_t threads[4];
	int fd = engine_open();
	unsigned int n;

	for (n = 0; n < 4; n++)
		check(!pthread_create(&threads[n], NULL, copy_often, &fd), "no thread");
	for (n = 0; n < 4; n++)
		pthread_join(threads[n], NULL);
}

TEST_FOR(two_processes, 120)
{
	int status, n;

	for (n = 0; n < 2; n++)
		if (!fork()) {
			copy_often(NULL);
			_exit(0);
		}
	for (n = 0; n < 2; n++)
		check(wait(&status) > 0 && !status, "a process failed");
}

static void nothing(int signal)
{
	(void)signal;
}

/* Signals its parent every few milliseconds from when it reads a byte until the pipe is closed. */
static pid_t start_signalling(int pipe_ends[2])
{
	char byte;
	pid_t child = fork();

	if (child)
		return child;
	close(pipe_ends[1]);
	if (read(pipe_ends[0], &byte, 1) == 1)
		do
			kill(getppid(), SIGUSR1);
		while (!usleep(2000) && getppid() != 1);
	_exit(0);
}

TEST(signal_ends_a_wait)
{
	struct sigaction action = { .sa_handler = nothing };
	int fd = engine_open(), pipe_ends[2], err;
	uint8_t *buffer = engine_map(fd, LONG_WORK);
	struct smmute_result result;
	uint64_t id;
	pid_t child;

	check(!pipe(pipe_ends), "pipe");
	sigaction(SIGUSR1, &action, NULL);
	/* Before the work begins: to fork may take longer than all of it. */
	child = start_signalling(pipe_ends);
	keep_busy(fd, buffer, LONG_WORK, 15);
	id = engine_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL, 64);
	check(write(pipe_ends[1], "", 1) == 1, "write");
	err = engine_try_collect(fd, id, true, false, &result);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	check(err == -EINTR, "%s", strerror(-err));
	check(!engine_collect(fd, id).status, "status");
}

// SPDX-License-Identifier: Apache-2.0
/* DMA buffers: their mappings, their owners, whose account they are on, and what closing a file leaves. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "life.h"

TEST(mmap_refusals)
{
	int fd = engine_open();
	uint8_t *buffer = engine_map(fd, 4 * PAGE);

	check(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0) == MAP_FAILED &&
	      errno == EINVAL, "a private mapping");
	check(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PAGE) == MAP_FAILED &&
	      errno == EINVAL, "a mapping at an offset");
	check(munmap(buffer, PAGE) && errno == EINVAL, "it can be cut");
	check(munmap(buffer + PAGE, PAGE) && errno == EINVAL, "it can be cut in the middle");
	check(mremap(buffer, 4 * PAGE, 8 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED, "it can grow");
	check(mremap(buffer, 4 * PAGE, PAGE, 0) == MAP_FAILED, "it can shrink");
	check(mremap(buffer, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, buffer + MIB(64)) ==
	      MAP_FAILED, "it can be moved");
	check(!engine_try_map(fd, MIB(80)) && errno == ENOMEM, "it can be huge");
	check(!munmap(buffer, 4 * PAGE), "it cannot be unmapped");
}

/* Whether reading it ends a process by this signal. */
static bool reading_raises(const volatile uint8_t *buffer, int expected)
{
	pid_t child = fork();
	int status;

	if (!child) {
		signal(expected, SIG_DFL);
		_exit(*buffer & 0);
	}
	check(waitpid(child, &status, 0) == child, "no child");
	return WIFSIGNALED(status) && WTERMSIG(status) == expected;
}

TEST(fork_inherits_nothing)
{
	int fd = engine_open(), status, err;
	uint8_t *in = engine_map(fd, PAGE), *out = engine_map(fd, PAGE);
	uint64_t id;

	check(reading_raises(in, SIGSEGV), "the child has the buffer");
	if (!fork()) {
		/* The file is shared, its buffers are the parent's. */
		err = engine_try_launch(fd, SMMUTE_IOCTL_MEMCPY, in, out, 8, 0, &id);
		check(err == -ESRCH, "the child may use it: %s", strerror(-err));
		in = engine_map(fd, PAGE);
		out = engine_map(fd, PAGE);
		transfer(fd, in, out, PAGE, 1);
		_exit(0);
	}
	transfer(fd, in, out, PAGE, 2);
	check(wait(&status) > 0 && !status, "the child failed");
	transfer(fd, in, out, PAGE, 3);
}

TEST(unmap_while_running)
{
	int fd = engine_open();
	struct smmute_result result;
	uint64_t ids[30];
	unsigned int n;

	for (n = 0; n < 30; n++) {
		uint8_t *buffer = engine_map(fd, MIB(1));

		ids[n] = engine_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL, MIB(1));
		check(!munmap(buffer, MIB(1)), "munmap");
	}
	for (n = 0; n < 30; n++) {
		result = engine_collect(fd, ids[n]);
		check(!result.status, "status %u", result.status);
	}
	/* Were they not given back, these would not fit into what a file may have. */
	for (n = 0; n < 15; n++)
		engine_map(fd, MIB(4));
}

TEST_FOR(close_while_running, 120)
{
	unsigned int round;
	uint8_t *in, *out;
	int fd;

	for (round = 0; round < 8; round++) {
		fd = engine_open();
		in = engine_map(fd, MIB(1));
		keep_busy(fd, in, MIB(1), 30);
		munmap(in, MIB(1));
		close(fd);
	}
	fd = engine_open();
	in = engine_map(fd, MIB(1));
	out = engine_map(fd, MIB(1));
	transfer(fd, in, out, MIB(1), 1);
}

TEST_FOR(killed_while_running, 120)
{
	unsigned int round;
	pid_t child;

	for (round = 0; round < 5; round++) {
		child = fork();
		if (!child) {
			int fd = engine_open();

			keep_busy(fd, engine_map(fd, MIB(2)), MIB(2), 30);
			raise(SIGKILL);
		}
		waitpid(child, NULL, 0);
	}
	close_while_running();
}

static atomic_bool stop;

static void *map_and_unmap(void *argument)
{
	int fd = *(int *)argument;

	while (!stop) {
		uint8_t *buffer = engine_map(fd, KIB(256));

		buffer[0] = 1;
		munmap(buffer, KIB(256));
	}
	return NULL;
}

TEST_FOR(map_under_load, 120)
{
	int fd = engine_open();
	uint8_t *in = engine_map(fd, PAGE), *out = engine_map(fd, PAGE);
	pthread_t threads[2];
	unsigned int n;

	for (n = 0; n < 2; n++)
		check(!pthread_create(&threads[n], NULL, map_and_unmap, &fd), "no thread");
	for (n = 0; n < 100; n++)
		transfer(fd, in, out, PAGE, n);
	stop = true;
	for (n = 0; n < 2; n++)
		pthread_join(threads[n], NULL);
}

static long pinned_kib(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	long kib = -1;
	char line[256];

	check(file, "no status");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "VmPin: %ld", &kib) == 1)
			break;
	fclose(file);
	return kib;
}

TEST(memory_is_accounted)
{
	long before = pinned_kib(), meanwhile;
	int fd = engine_open();
	uint8_t *buffer = engine_map(fd, MIB(1));

	meanwhile = pinned_kib();
	munmap(buffer, MIB(1));
	check(meanwhile == before + 1024, "VmPin: %ld kB, then %ld", before, meanwhile);
	check(pinned_kib() == before, "VmPin: %ld kB, at last %ld", before, pinned_kib());
}

/* An ordinary user's limit holds for all of his files and processes. */
TEST(memory_is_limited)
{
	struct rlimit limit = { .rlim_cur = MIB(2), .rlim_max = MIB(2) };
	int fd, other, status;
	uint8_t *buffer;

	check(!chmod(device, 0666), "chmod");
	check(!setrlimit(RLIMIT_MEMLOCK, &limit) && !setuid(65534), "setuid");
	fd = engine_open();
	other = engine_open();
	buffer = engine_map(fd, MIB(1));
	check(!engine_try_map(other, MIB(2)) && errno == ENOMEM, "another file is not limited");
	if (!fork()) {
		check(!engine_try_map(engine_open(), MIB(2)) && errno == ENOMEM,
		      "another process is not limited");
		engine_map(engine_open(), MIB(1));
		_exit(0);
	}
	check(wait(&status) > 0 && !status, "the child failed");
	munmap(buffer, MIB(1));
	engine_map(other, MIB(2));
}

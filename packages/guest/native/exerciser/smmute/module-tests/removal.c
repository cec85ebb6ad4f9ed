// SPDX-License-Identifier: Apache-2.0
/* The function goes: unbound, reset, removed; and its driver. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "life.h"

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

/* A process that goes on until it is told to end. */
static pid_t start(void (*body)(void))
{
	pid_t child = fork();

	if (!child) {
		body();
		_exit(0);
	}
	check(child > 0, "no process");
	return child;
}

static void must_end_well(pid_t child)
{
	int status;

	check(waitpid(child, &status, 0) == child && WIFEXITED(status) && !WEXITSTATUS(status),
	      "a process ended with 0x%x", status);
}

struct wait {
	int fd;
	uint64_t id;
	int err;
	struct smmute_result result;
};

static void *wait_for_result(void *argument)
{
	struct wait *wait = argument;

	wait->err = engine_try_collect(wait->fd, wait->id, true, true, &wait->result);
	return NULL;
}

static void *wait_in_poll(void *argument)
{
	struct wait *wait = argument;

	/* The results that are there already would end it. */
	while (!(engine_poll(wait->fd, 10000) & POLLHUP))
		pause_ms(5);
	return NULL;
}

static sigjmp_buf after_sigbus;

static void on_sigbus(int signal)
{
	siglongjmp(after_sigbus, signal);
}

/* Not in a child: that would not have the buffer at all. */
static bool reading_raises_sigbus(const volatile uint8_t *buffer)
{
	signal(SIGBUS, on_sigbus);
	if (sigsetjmp(after_sigbus, 1))
		return true;
	(void)*buffer;
	return false;
}

/* What a file still does when its function is gone. */
static void check_gone(int fd, uint8_t *buffer, const uint64_t *ids, unsigned int count)
{
	struct smmute_result result;
	unsigned int n;
	uint64_t id;
	int err;

	for (n = 0; n < count; n++) {
		err = engine_try_collect(fd, ids[n], true, false, &result);
		check(!err, "result %u: %s", n, strerror(-err));
		check(!result.status || (result.status == EIO && result.value == UINT64_MAX),
		      "status %u, value 0x%llx", result.status, (unsigned long long)result.value);
	}
	err = engine_try_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL, 8, 0, &id);
	check(err == -ENODEV, "launch: %s", strerror(-err));
	err = engine_try_collect(fd, 1ull << 60, true, false, &result);
	check(err == -ENODEV, "no result: %s", strerror(-err));
	check(!engine_try_map(fd, PAGE) && errno == ENODEV, "mmap: %s", strerror(errno));
	check(engine_poll(fd, 0) & (POLLHUP | POLLERR), "poll");
}

TEST(unbind)
{
	enum { COUNT = 20 };
	int fd = engine_open();
	uint8_t *buffer = engine_map(fd, LONG_WORK);
	uint64_t ids[COUNT];
	pthread_t waiter, poller;
	struct wait wait;
	unsigned int n;

	for (n = 0; n < COUNT; n++)
		ids[n] = engine_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL, LONG_WORK);
	wait = (struct wait){ .fd = fd, .id = ids[COUNT - 1] };
	check(!pthread_create(&waiter, NULL, wait_for_result, &wait), "no thread");
	check(!pthread_create(&poller, NULL, wait_in_poll, &wait), "no thread");
	pause_ms(30);
	function_unbind();
	pthread_join(waiter, NULL);
	pthread_join(poller, NULL);
	check(!wait.err && wait.result.status == EIO && wait.result.value == UINT64_MAX,
	      "the wait: %s, status %u: was the last one done?", strerror(-wait.err), wait.result.status);
	check_gone(fd, buffer, ids, COUNT);
	check(reading_raises_sigbus(buffer), "the buffer can be read");
	check(engine_try_open() == -ENOENT || engine_try_open() == -ENODEV, "it can be opened");

	function_bind();
	/* The old file is of no use any more, and a new one is as good as ever. */
	check_gone(fd, buffer, ids, 0);
	check(reading_raises_sigbus(buffer), "the buffer can be read again");
	fd = engine_open();
	transfer(fd, engine_map(fd, PAGE), engine_map(fd, PAGE), PAGE, 1);
}

/* Launches, faults, maps and unmaps as if nothing happened. */
static void use_whatever_happens(void)
{
	uint64_t deadline = now_ms() + 3000, id;
	struct smmute_result result;
	int fd, round;

	signal(SIGBUS, SIG_IGN);
	while (now_ms() < deadline) {
		uint8_t *in, *out;

		fd = engine_try_open();
		if (fd < 0) {
			pause_ms(2);
			continue;
		}
		in = engine_try_map(fd, KIB(64));
		out = engine_try_map(fd, KIB(64));
		for (round = 0; in && out && round < 10; round++) {
			uint32_t flags = round % 5 == 0 ? SMMUTE_FLAG_STALE :
					 round % 5 == 1 ? SMMUTE_FLAG_PAST : 0;

			if (!engine_try_launch(fd, SMMUTE_IOCTL_MEMCPY, in, out, KIB(64), flags, &id) &&
			    round % 3)
				engine_try_collect(fd, id, true, false, &result);
			engine_poll(fd, 0);
		}
		if (in && out && round % 2) {
			munmap(in, KIB(64));
			munmap(out, KIB(64));
		}
		close(fd);
		if (in)
			munmap(in, KIB(64));
		if (out)
			munmap(out, KIB(64));
	}
}

TEST_FOR(unbind_under_load, 120)
{
	pid_t users[2];
	int n;

	for (n = 0; n < 2; n++)
		users[n] = start(use_whatever_happens);
	for (n = 0; n < 8; n++) {
		pause_ms(150);
		function_unbind();
		pause_ms(20);
		function_bind();
	}
	for (n = 0; n < 2; n++)
		must_end_well(users[n]);
	must_end_well(start(use_whatever_happens));
}

static int reset(void)
{
	char path[256];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/reset", function_address());
	return function_write(path, "1");
}

TEST(reset_while_running)
{
	enum { COUNT = 20 };
	int fd = engine_open(), err;
	uint8_t *buffer = engine_map(fd, LONG_WORK);
	uint64_t ids[COUNT];
	struct smmute_result result;
	unsigned int n, lost = 0;

	for (n = 0; n < COUNT; n++)
		ids[n] = engine_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL, LONG_WORK);
	err = reset();
	if (err == -ENOENT || err == -ENOTTY)
		skip("the function cannot be reset");
	check(!err, "reset: %s", strerror(-err));
	for (n = 0; n < COUNT; n++) {
		result = engine_collect(fd, ids[n]);
		check(!result.status || (result.status == EIO && result.value == UINT64_MAX),
		      "status %u, value 0x%llx", result.status, (unsigned long long)result.value);
		lost += result.status == EIO;
	}
	check(lost, "nothing was running");
	transfer(fd, engine_map(fd, PAGE), engine_map(fd, PAGE), PAGE, 1);
}

TEST_FOR(reset_under_load, 120)
{
	pid_t users[2];
	int n, err;

	for (n = 0; n < 2; n++)
		users[n] = start(use_whatever_happens);
	for (n = 0; n < 8; n++) {
		pause_ms(50);
		err = reset();
		if (err == -ENOENT || err == -ENOTTY)
			skip("the function cannot be reset");
		check(!err, "reset: %s", strerror(-err));
	}
	for (n = 0; n < 2; n++)
		must_end_well(users[n]);
	n = engine_open();
	transfer(n, engine_map(n, PAGE), engine_map(n, PAGE), PAGE, 1);
}

/* As if it were unplugged; and found again. */
TEST(remove_and_rescan)
{
	int fd = engine_open(), err;
	uint8_t *buffer = engine_map(fd, LONG_WORK);
	uint64_t ids[20];
	char path[256];
	unsigned int n;

	for (n = 0; n < 20; n++)
		ids[n] = engine_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL, LONG_WORK);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/remove", function_address());
	err = function_write(path, "1");
	check(!err, "remove: %s", strerror(-err));
	check_gone(fd, buffer, ids, 20);
	munmap(buffer, LONG_WORK);
	close(fd);
	err = function_write("/sys/bus/pci/rescan", "1");
	check(!err, "rescan: %s", strerror(-err));
	function_wait();
	fd = engine_open();
	transfer(fd, engine_map(fd, PAGE), engine_map(fd, PAGE), PAGE, 1);
}

TEST(unload)
{
	int fd = engine_open(), err;
	uint8_t *buffer;

	if (!module)
		skip("no module was named");
	err = module_remove();
	check(err == -EAGAIN || err == -EBUSY || err == -EWOULDBLOCK, "an open file: %s", strerror(-err));
	buffer = engine_map(fd, MIB(2));
	close(fd);
	err = module_remove();
	check(err == -EAGAIN || err == -EBUSY || err == -EWOULDBLOCK, "a buffer: %s", strerror(-err));
	munmap(buffer, MIB(2));

	/* Transactions of a file that is closed do not count. */
	fd = engine_open();
	buffer = engine_map(fd, LONG_WORK);
	keep_busy(fd, buffer, LONG_WORK, 20);
	munmap(buffer, LONG_WORK);
	close(fd);
	err = module_remove();
	check(!err, "after closing: %s", strerror(-err));
	err = module_insert();
	check(!err, "insert: %s", strerror(-err));
	fd = engine_open();
	transfer(fd, engine_map(fd, PAGE), engine_map(fd, PAGE), PAGE, 1);
}

// SPDX-License-Identifier: Apache-2.0
/* Chains of transactions that launch each other. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>

#include "life.h"

static int launch_p2p(int fd, const void *first, const void *second, uint32_t command,
		      uint32_t flags, uint64_t ids[2])
{
	struct smmute_p2p params = {
		.first = { .input_start = (uintptr_t)first, .size = 8, .stride = 1, .flags = flags,
			   .attr = SMMUTE_ATTR(SMMUTE_ATTR_WBRAWA_SH, SMMUTE_ATTR_WBRAWA_SH) },
		.command = command,
	};

	params.second = params.first;
	params.second.input_start = (uintptr_t)second;
	if (ioctl(fd, SMMUTE_IOCTL_P2P, &params))
		return -errno;
	ids[0] = params.first.transaction_id;
	ids[1] = params.second.transaction_id;
	return 0;
}

static void run_p2p(int fd, const void *first, const void *second, uint32_t command, uint32_t flags,
		    struct smmute_result results[2])
{
	uint64_t ids[2];
	int err = launch_p2p(fd, first, second, command, flags, ids);

	check(!err, "launch: %s", strerror(-err));
	results[0] = engine_collect(fd, ids[0]);
	results[1] = engine_collect(fd, ids[1]);
}

TEST(p2p_chain)
{
	int fd = engine_open();
	uint64_t *first = engine_map(fd, PAGE), *second = engine_map(fd, PAGE);
	struct smmute_result results[2];
	unsigned int n;

	for (n = 0; n < 20; n++) {
		run_p2p(fd, first, second, SMMUTE_IOCTL_RAND48, 0, results);
		check(!results[0].status && !results[1].status, "status %u and %u", results[0].status,
		      results[1].status);
		check(*first == 0xea0b48ba69d00a6e && *second == 3, "command 0x%llx, the second's 0x%llx",
		      (unsigned long long)*first, (unsigned long long)*second);
	}
	run_p2p(fd, first, second, SMMUTE_IOCTL_SUM64, 0, results);
	check(!results[0].status && !results[1].status && results[0].value == 2 && !results[1].value,
	      "status %u and %u, sum %llu", results[0].status, results[1].status,
	      (unsigned long long)results[0].value);
	/* Odd: the last command is refused. */
	run_p2p(fd, (char *)first + 1, second, SMMUTE_IOCTL_SUM64, 0, results);
	check(results[0].status == EINVAL && !results[1].status, "status %u and %u", results[0].status,
	      results[1].status);
}

TEST(p2p_refusals)
{
	int fd = engine_open();
	char *first = engine_map(fd, PAGE), *second = engine_map(fd, PAGE);
	uint64_t ids[2];

	check(launch_p2p(fd, first, second, 3, 0, ids) == -EINVAL, "an engine's command");
	check(launch_p2p(fd, first, second, SMMUTE_IOCTL_P2P, 0, ids) == -EINVAL, "P2P");
	check(launch_p2p(fd, first, second, SMMUTE_IOCTL_MEMCPY, 0, ids) == -EINVAL, "MEMCPY");
	check(launch_p2p(fd, first, first + 4, SMMUTE_IOCTL_RAND48, 0, ids) == -EINVAL, "overlap");
	check(launch_p2p(fd, first, second, SMMUTE_IOCTL_RAND48, SMMUTE_FLAG_STALE, ids) == -EINVAL,
	      "an isolation fault");
	check(launch_p2p(fd, first + PAGE - 7, second, SMMUTE_IOCTL_RAND48, 0, ids) == -ESRCH,
	      "beyond the buffer");
	check(launch_p2p(fd, first, NULL, SMMUTE_IOCTL_RAND48, 0, ids) == -ESRCH, "no buffer");
}

/* If the first fails, the second never begins, and need not be waited for. */
TEST(p2p_fault)
{
	int fd = engine_open();
	uint64_t *first = engine_map(fd, PAGE), *second = engine_map(fd, PAGE);
	struct smmute_result results[2];
	uint64_t begun = now_ms();

	run_p2p(fd, first, second, SMMUTE_IOCTL_RAND48, SMMUTE_FLAG_FAULT, results);
	check(results[0].status == EIO && results[0].value == results[0].expected,
	      "status %u, 0x%llx", results[0].status, (unsigned long long)results[0].value);
	check(results[1].status == EIO && !results[1].expected, "the second's status %u",
	      results[1].status);
	check(now_ms() - begun < 400, "it was waited for the second");
}

static atomic_bool stop;

static void *make_it_memcpy(void *word)
{
	while (!stop)
		*(volatile uint64_t *)word = 2;
	return NULL;
}

/* A command that is changed in flight can make a chain without an end. */
TEST_FOR(p2p_command_changed, 120)
{
	int fd = engine_open();
	uint64_t *first = engine_map(fd, PAGE), *second = engine_map(fd, PAGE);
	struct smmute_result results[2];
	pthread_t thread;
	unsigned int n;

	check(!pthread_create(&thread, NULL, make_it_memcpy, second), "no thread");
	for (n = 0; n < 10; n++)
		run_p2p(fd, first, second, SMMUTE_IOCTL_RAND48, 0, results);
	stop = true;
	pthread_join(thread, NULL);
	p2p_chain();
}

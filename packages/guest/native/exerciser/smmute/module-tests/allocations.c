// SPDX-License-Identifier: Apache-2.0
/*
 * Every allocation of every call that begins something fails once: the kernel's fault injection (FAILSLAB,
 * FAIL_PAGE_ALLOC) has a task's N-th one fail. The call must say so, and the next one work. What unmaps is left
 * out, stale and past faults among it: virtio-iommu cannot without memory, and the DMA API then warns.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "life.h"

#define INJECTION	"/sys/kernel/debug/"
#define MOST_ALLOCATIONS 500

/* What a call works on; and what it has begun, for its second half. */
struct things {
	int fd;
	uint8_t *in, *out;
	int opened;
	uint8_t *mapped;
	uint64_t ids[2];
};

static int try_open(struct things *things)
{
	things->opened = engine_try_open();
	return things->opened < 0 ? things->opened : 0;
}

static void end_open(struct things *things)
{
	close(things->opened);
}

static int try_map(struct things *things)
{
	things->mapped = engine_try_map(things->fd, KIB(64));
	return things->mapped ? 0 : -errno;
}

static void end_map(struct things *things)
{
	munmap(things->mapped, KIB(64));
}

static int launch(struct things *things, uint32_t flags)
{
	things->ids[1] = 0;
	return engine_try_launch(things->fd, SMMUTE_IOCTL_MEMCPY, things->in, things->out, PAGE, flags,
				 &things->ids[0]);
}

static int try_plain(struct things *things)
{
	return launch(things, 0);
}

static int try_readonly(struct things *things)
{
	return launch(things, SMMUTE_FLAG_READONLY);
}

static int try_foreign(struct things *things)
{
	return launch(things, SMMUTE_FLAG_FOREIGN);
}

static int try_p2p(struct things *things)
{
	struct smmute_p2p params = {
		.first = { .input_start = (uintptr_t)things->in, .size = 8 },
		.second = { .input_start = (uintptr_t)things->out, .size = 8 },
		.command = SMMUTE_IOCTL_RAND48,
	};

	if (ioctl(things->fd, SMMUTE_IOCTL_P2P, &params))
		return -errno;
	things->ids[0] = params.first.transaction_id;
	things->ids[1] = params.second.transaction_id;
	return 0;
}

static void end_launch(struct things *things)
{
	engine_collect(things->fd, things->ids[0]);
	if (things->ids[1])
		engine_collect(things->fd, things->ids[1]);
}

static const struct call {
	const char *name;
	int (*try)(struct things *things);
	void (*end)(struct things *things);
	bool translated;	/* needs an IOMMU */
} calls[] = {
	{ "open", try_open, end_open, false },
	{ "mmap", try_map, end_map, false },
	{ "a launch", try_plain, end_launch, false },
	{ "P2P", try_p2p, end_launch, false },
	{ "foreign", try_foreign, end_launch, false },
	{ "read-only", try_readonly, end_launch, true },
};

/* Whether the @n-th allocation of the call was made, and so failed. */
static bool fail_one(const struct call *call, struct things *things, int control, unsigned int n)
{
	char left[32] = "";
	int err;

	dprintf(control, "%u", n);
	err = call->try(things);
	check(pread(control, left, sizeof(left) - 1, 0) > 0, "cannot read fail-nth");
	check(pwrite(control, "0", 1, 0) == 1, "cannot write fail-nth");
	/* A call that can do without may as well succeed. */
	if (!err)
		call->end(things);
	if (atoi(left))
		return false;
	check(!err || err == -ENOMEM || err == -EIO, "%s, allocation %u: %s", call->name, n, strerror(-err));
	err = call->try(things);
	check(!err, "%s, after allocation %u had failed: %s", call->name, n, strerror(-err));
	call->end(things);
	return true;
}

TEST_FOR(allocations_fail, 180)
{
	int control = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	struct things things = { .fd = engine_open() };
	const struct call *call;
	bool translated;
	unsigned int n;
	size_t k;

	if (control < 0)
		skip("this kernel injects no faults");
	function_write(INJECTION "failslab/ignore-gfp-wait", "N");
	function_write(INJECTION "failslab/verbose", "0");
	function_write(INJECTION "fail_page_alloc/ignore-gfp-wait", "N");
	function_write(INJECTION "fail_page_alloc/min-order", "0");
	function_write(INJECTION "fail_page_alloc/verbose", "0");

	things.in = engine_map(things.fd, PAGE);
	things.out = engine_map(things.fd, PAGE);
	translated = engine_is_translated(things.fd);
	for (k = 0; k < sizeof(calls) / sizeof(calls[0]); k++) {
		call = &calls[k];
		if (call->translated && !translated)
			continue;
		for (n = 1; fail_one(call, &things, control, n); n++)
			check(n < MOST_ALLOCATIONS, "%s: no end of allocations", call->name);
		printf("# %s: %u allocations\n", call->name, n - 1);
		check(n > 1, "%s: nothing failed", call->name);
	}
	transfer(things.fd, things.in, things.out, PAGE, 1);
}

// SPDX-License-Identifier: Apache-2.0
/* The device file's calls. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "life.h"

int engine_try_open(void)
{
	int fd = open(device, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int engine_open(void)
{
	int fd = engine_try_open();

	check(fd >= 0, "cannot open %s: %s", device, strerror(-fd));
	return fd;
}

/* NULL and errno if it cannot. */
void *engine_try_map(int fd, size_t size)
{
	void *buffer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return buffer == MAP_FAILED ? NULL : buffer;
}

void *engine_map(int fd, size_t size)
{
	void *buffer = engine_try_map(fd, size);

	check(buffer, "no buffer of %zu bytes: %s", size, strerror(errno));
	return buffer;
}

int engine_try_launch(int fd, unsigned long command, const void *in, const void *out, size_t size,
		      uint32_t flags, uint64_t *id)
{
	struct smmute_memcpy params = {
		.common = {
			.input_start = (uintptr_t)in,
			.size = size,
			.attr = SMMUTE_ATTR(SMMUTE_ATTR_WBRAWA_SH, SMMUTE_ATTR_WBRAWA_SH),
			.stride = 1,
			.flags = flags,
		},
		.output_start = (uintptr_t)out,
	};

	if (ioctl(fd, command, &params))
		return -errno;
	*id = params.common.transaction_id;
	return 0;
}

uint64_t engine_launch(int fd, unsigned long command, const void *in, const void *out, size_t size)
{
	uint64_t id = 0;
	int err = engine_try_launch(fd, command, in, out, size, 0, &id);

	check(!err, "launch of 0x%lx, %zu bytes: %s", command, size, strerror(-err));
	check(id, "a transaction without a number");
	return id;
}

int engine_try_collect(int fd, uint64_t id, bool blocking, bool keep, struct smmute_result *result)
{
	memset(result, 0, sizeof(*result));
	result->transaction_id = id;
	result->blocking = blocking;
	result->keep = keep;
	return ioctl(fd, SMMUTE_IOCTL_GET_RESULT, result) ? -errno : 0;
}

struct smmute_result engine_collect(int fd, uint64_t id)
{
	struct smmute_result result;
	int err = engine_try_collect(fd, id, true, false, &result);

	check(!err, "no result of %llu: %s", (unsigned long long)id, strerror(-err));
	return result;
}

struct smmute_result engine_fault(int fd, unsigned long command, const void *in, const void *out, size_t size,
				  uint32_t flags)
{
	uint64_t id = 0;
	int err = engine_try_launch(fd, command, in, out, size, flags, &id);

	check(!err, "launch of 0x%lx, flags 0x%x: %s", command, flags, strerror(-err));
	return engine_collect(fd, id);
}

bool engine_is_translated(int fd)
{
	void *buffer = engine_map(fd, PAGE);
	uint64_t id = engine_launch(fd, SMMUTE_IOCTL_SUM64, buffer, NULL, 8);
	struct smmute_result result = engine_collect(fd, id);

	munmap(buffer, PAGE);
	return result.flags & SMMUTE_RESULT_TRANSLATED;
}

short engine_poll(int fd, int timeout_ms)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	check(poll(&poller, 1, timeout_ms) >= 0, "poll: %s", strerror(errno));
	return poller.revents;
}

void fill(void *buffer, size_t size, uint64_t seed)
{
	uint64_t *words = buffer;
	size_t n;

	for (n = 0; n < size / sizeof(*words); n++)
		words[n] = (seed + n) * 0x9e3779b97f4a7c15u;
}

/* A copy of different bytes than before, compared. */
void transfer(int fd, void *in, void *out, size_t size, uint64_t seed)
{
	struct smmute_result result;

	fill(in, size, seed);
	memset(out, 0, size);
	result = engine_collect(fd, engine_launch(fd, SMMUTE_IOCTL_MEMCPY, in, out, size));
	check(!result.status, "memcpy of %zu bytes: status %u, value 0x%llx", size, result.status,
	      (unsigned long long)result.value);
	check(!memcmp(in, out, size), "memcpy of %zu bytes: wrong data", size);
}

/* Work that will take a while. Nobody collects it. */
void keep_busy(int fd, void *buffer, size_t size, unsigned int count)
{
	while (count--)
		engine_launch(fd, SMMUTE_IOCTL_RAND48, buffer, NULL, size);
}

// SPDX-License-Identifier: Apache-2.0
/* The device file: opening it, its DMA buffers, its ioctls. Errors are printed here. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tool.h"

/* A descriptor, or -1. */
int engine_open(const char *path)
{
	struct smmute_version version = {
		.major = SMMUTE_VERSION_MAJOR,
		.minor = SMMUTE_VERSION_MINOR,
	};
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		fprintf(stderr, "smmute: cannot open %s: %s\n", path, strerror(errno));
		return -1;
	}
	if (ioctl(fd, SMMUTE_IOCTL_VERSION, &version)) {
		fprintf(stderr, "smmute: %s does not speak version %u.0x%x: %s\n", path,
			SMMUTE_VERSION_MAJOR, SMMUTE_VERSION_MINOR, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

/* A zeroed DMA buffer, or NULL. */
void *engine_map(int fd, size_t size)
{
	void *buffer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (buffer != MAP_FAILED)
		return buffer;
	fprintf(stderr, "smmute: cannot allocate a DMA buffer of %zu bytes: %s\n", size, strerror(errno));
	return NULL;
}

int engine_launch(int fd, enum mode mode, union smmute_params *params)
{
	static const unsigned long requests[] = {
		[MODE_MEMCPY] = SMMUTE_IOCTL_MEMCPY,
		[MODE_RAND48] = SMMUTE_IOCTL_RAND48,
		[MODE_SUM64] = SMMUTE_IOCTL_SUM64,
		[MODE_P2P] = SMMUTE_IOCTL_P2P,
	};

	int error;

	if (!ioctl(fd, requests[mode], params))
		return 0;
	error = errno;
	fprintf(stderr, "smmute: failed to launch transaction: %s\n", strerror(error));
	return error;
}

bool engine_result(int fd, uint64_t id, bool keep, struct smmute_result *result)
{
	*result = (struct smmute_result){ .transaction_id = id, .blocking = 1, .keep = keep };
	if (!ioctl(fd, SMMUTE_IOCTL_GET_RESULT, result))
		return true;
	fprintf(stderr, "smmute: no result of transaction %llu: %s\n", (unsigned long long)id,
		strerror(errno));
	return false;
}

// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "engine.h"

#define MAX_ADDRESS_BITS	64u

int engine_open(const char *path, struct failure *failure)
{
	struct smmute_version version = {
		.major = SMMUTE_VERSION_MAJOR,
		.minor = SMMUTE_VERSION_MINOR,
	};
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		bool absent = errno == ENOENT || errno == ENODEV || errno == ENXIO;

		failure_add(failure, absent ? STATUS_NO_DEVICE : STATUS_FAILED, "cannot open %s: %s",
			    path, strerror(errno));
		return -1;
	}
	if (ioctl(fd, SMMUTE_IOCTL_VERSION, &version)) {
		failure_add(failure, errno == ENODEV ? STATUS_NOT_SUPPORTED : STATUS_FAILED,
			    "%s does not speak version %u.0x%x: %s", path, SMMUTE_VERSION_MAJOR,
			    SMMUTE_VERSION_MINOR, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

void *engine_map(int fd, size_t size, struct failure *failure)
{
	void *buffer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (buffer != MAP_FAILED)
		return buffer;
	failure_add(failure, STATUS_FAILED, "cannot allocate a DMA buffer of %zu bytes: %s%s", size, strerror(errno),
		    errno == ENOMEM ? " (64 MiB in 1024 buffers may be in use at once, guards of -c included)" : "");
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

	return ioctl(fd, requests[mode], params) ? errno : 0;
}

int engine_result(int fd, __u64 id, bool wait, bool keep, struct smmute_result *result)
{
	*result = (struct smmute_result){ .transaction_id = id, .blocking = wait, .keep = keep };
	return ioctl(fd, SMMUTE_IOCTL_GET_RESULT, result) ? errno : 0;
}

bool engine_wait(int fd, int milliseconds)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };

	return poll(&file, 1, milliseconds) > 0;
}

unsigned int engine_address_bits(int fd)
{
	unsigned int bits = MAX_ADDRESS_BITS;
	struct stat status;
	char path[64];
	FILE *file;

	if (fstat(fd, &status))
		return bits;
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/device/dma_mask_bits",
		 major(status.st_rdev), minor(status.st_rdev));
	file = fopen(path, "re");
	if (!file)
		return bits;
	if (fscanf(file, "%u", &bits) != 1 || !bits || bits > MAX_ADDRESS_BITS)
		bits = MAX_ADDRESS_BITS;
	fclose(file);
	return bits;
}

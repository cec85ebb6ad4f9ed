// SPDX-License-Identifier: Apache-2.0
/* The block device. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"

static bool fits(int fd, const struct move_options *options)
{
	const char *device = options->device;
	uint64_t bytes, room;
	int block;

	if (ioctl(fd, BLKGETSIZE64, &bytes) || ioctl(fd, BLKSSZGET, &block)) {
		fprintf(stderr, "blkdma: the size of %s cannot be read: %s\n", device, strerror(errno));
		return false;
	}
	if (block <= 0 || options->size % (unsigned int)block || options->offset % (unsigned int)block) {
		fprintf(stderr, "blkdma: size and offset must be multiples of the %d bytes of a block of %s\n",
			block, device);
		return false;
	}
	room = bytes > options->offset ? bytes - options->offset : 0;
	if (options->transactions > room / options->size) {
		fprintf(stderr, "blkdma: %" PRIu64 " times 0x%" PRIx64 " bytes from offset 0x%" PRIx64
			" on do not fit into the 0x%" PRIx64 " bytes of %s\n", options->transactions,
			options->size, options->offset, bytes, device);
		return false;
	}
	return true;
}

/* O_EXCL on a block device fails while it, or a part of it, is mounted or held by another driver (open(2)). */
int disk_open(const struct move_options *options)
{
	int access = options->mode == MOVE_VERIFY ? O_RDONLY : O_RDWR;
	const char *device = options->device;
	struct stat status;
	int fd;

	/* A FIFO would make open() wait. */
	if (stat(device, &status)) {
		fprintf(stderr, "blkdma: cannot open %s: %s\n", device, strerror(errno));
		return -1;
	}
	if (!S_ISBLK(status.st_mode)) {
		fprintf(stderr, "blkdma: %s is not a block device\n", device);
		return -1;
	}
	fd = open(device, access | O_DIRECT | O_EXCL | O_CLOEXEC);
	if (fd < 0) {
		fprintf(stderr, "blkdma: cannot open %s: %s%s\n", device, strerror(errno),
			errno == EBUSY ? " (it is mounted, or another driver has it)" : "");
		return -1;
	}
	/* It may have become something else in between. */
	if (fstat(fd, &status) || !S_ISBLK(status.st_mode) || !fits(fd, options)) {
		close(fd);
		return -1;
	}
	return fd;
}

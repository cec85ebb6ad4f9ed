// SPDX-License-Identifier: Apache-2.0
/* edudma: move a pattern to the buffer of QEMU's educational device and back by DMA. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "move.h"

#define BUFFER	0x1000u
#define WORD	8u

static const char help[] =
	"Move data to and from the buffer of QEMU's educational device by DMA.\n"
	"\n"
	"DEVICE is /dev/eduN, of the driver edu. Numbers are decimal, or hexadecimal after 0x.\n"
	"\n"
	MOVE_HELP_MODE
	"  -s SIZE      bytes a transaction writes or reads, a multiple of 8 (default: 4096)\n"
	"  -n COUNT     transactions (default: 1), each behind the one before; at the end of the\n"
	"               buffer's 4096 bytes they begin anew at the offset\n"
	"  -o OFFSET    where the first begins, in bytes from the start (default: 0)\n"
	MOVE_HELP_PATTERN
	"\n"
	"Each write is one DMA, and each read. The value of a result is the checksum of what\n"
	"was read, or written with -m w.\n"
	MOVE_HELP_STATUS;

static const struct move_tool tool = {
	.name = "edudma",
	.help = help,
	.unit = WORD,
	.max_size = BUFFER,
	.max_offset = BUFFER - WORD,
	.end = BUFFER,
};

static int open_device(const char *device)
{
	int fd = open(device, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	if (fd < 0) {
		fprintf(stderr, "edudma: cannot open %s: %s\n", device, strerror(errno));
		return -1;
	}
	if (!fstat(fd, &status) && S_ISCHR(status.st_mode))
		return fd;
	fprintf(stderr, "edudma: %s is not a character device\n", device);
	close(fd);
	return -1;
}

int main(int argc, char **argv)
{
	struct move_options options;
	int fd;

	move_options_parse(&tool, &options, argc, argv);
	fd = open_device(options.device);
	return fd < 0 ? MOVE_FAILED : move_run(&tool, &options, fd);
}

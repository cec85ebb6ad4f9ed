// SPDX-License-Identifier: Apache-2.0
/* blkdma: move a pattern to a block device and back by DMA. */
#include "disk.h"

static const char help[] =
	"Move data to and from a block device by DMA, past the page cache. What the range\n"
	"held before is lost.\n"
	"\n"
	"DEVICE must not be mounted or in use. Numbers are decimal, or hexadecimal after 0x.\n"
	"\n"
	MOVE_HELP_MODE
	"  -s SIZE      bytes a transaction writes or reads, in blocks (default: 4096)\n"
	"  -n COUNT     transactions (default: 1), each behind the one before\n"
	"  -o OFFSET    where the first begins, in bytes from the start (default: 0)\n"
	MOVE_HELP_PATTERN
	"\n"
	"The value of a result is the checksum of what was read, or written with -m w.\n"
	MOVE_HELP_STATUS;

static const struct move_tool tool = {
	.name = "blkdma",
	.help = help,
	.unit = 512,
	.max_size = UINT64_C(1) << 30,
	.max_offset = INT64_MAX / 2,
};

int main(int argc, char **argv)
{
	struct move_options options;
	int fd;

	move_options_parse(&tool, &options, argc, argv);
	fd = disk_open(&options);
	return fd < 0 ? MOVE_FAILED : move_run(&tool, &options, fd);
}

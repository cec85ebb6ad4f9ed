/* SPDX-License-Identifier: Apache-2.0 */
/* Tools that write a pattern to a device's file and read it back: whoever reads or writes the file has the device do DMA. */
#ifndef MOVE_H
#define MOVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum move_mode { MOVE_READWRITE, MOVE_WRITE, MOVE_VERIFY };

enum move_status {
	MOVE_OK = 0,
	MOVE_FAILED = 1,
	MOVE_USAGE = 2,
};

/* What their helps have in common: the first option, the last ones, and the end. */
#define MOVE_HELP_MODE \
	"  -m MODE      rw  write a pattern, then read it back (default)\n" \
	"               w   write it only\n" \
	"               v   read only, and check for what -m w wrote; needs its -g\n"
#define MOVE_HELP_PATTERN \
	"  -g SEED      of the pattern (default: a random one, so that nothing written\n" \
	"               earlier can pass for it)\n" \
	"  -c           check what was read back\n" \
	"  -q           print nothing but errors\n" \
	"  -h, --help   print this\n"
#define MOVE_HELP_STATUS \
	"Exit status: 0 all well; 1 a transaction, a check or the device failed; 2 bad\n" \
	"usage.\n"

struct move_tool {
	const char *name;
	const char *help;
	uint64_t unit;		/* of sizes and offsets, in bytes */
	uint64_t max_size;
	uint64_t max_offset;
	/*
	 * Where the device ends for the tool, in bytes: a transaction that does
	 * not fit before it begins anew at the offset. 0: every one is behind the one before.
	 */
	uint64_t end;
};

struct move_options {
	const char *device;
	enum move_mode mode;
	uint64_t size;		/* bytes of one transaction */
	uint64_t transactions;
	uint64_t offset;	/* bytes from the start of the device */
	uint32_t seed;
	bool seeded;		/* -g was given */
	bool check;
	bool quiet;
};

/* Ends the process on --help or a bad option. */
void move_options_parse(const struct move_tool *tool, struct move_options *options, int argc, char **argv);
/* Runs all transactions, and gives the exit status. */
int move_run(const struct move_tool *tool, struct move_options *options, int fd);

#endif

// SPDX-License-Identifier: Apache-2.0
/* The command line. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blkdma.h"

#define SYNOPSIS "Usage: blkdma [OPTION]... DEVICE\n"
#define SECTOR 512u

static const char help[] =
	SYNOPSIS
	"Move data to and from a block device by DMA, past the page cache. What the range\n"
	"held before is lost.\n"
	"\n"
	"DEVICE must not be mounted or in use. Numbers are decimal, or hexadecimal after 0x.\n"
	"\n"
	"  -m MODE      rw  write a pattern, then read it back (default)\n"
	"               w   write it only\n"
	"               v   read only, and check for what -m w wrote; needs its -g\n"
	"  -s SIZE      bytes a transaction writes or reads, in blocks (default: 4096)\n"
	"  -n COUNT     transactions (default: 1), each behind the one before\n"
	"  -o OFFSET    where the first begins, in bytes from the start (default: 0)\n"
	"  -g SEED      of the pattern (default: a random one, so that nothing written\n"
	"               earlier can pass for it)\n"
	"  -c           check what was read back\n"
	"  -q           print nothing but errors\n"
	"  -h, --help   print this\n"
	"\n"
	"The value of a result is the checksum of what was read, or written with -m w.\n"
	"Exit status: 0 all well; 1 a transaction, a check or the device failed; 2 bad\n"
	"usage.\n";

static void exit_with_usage(void)
{
	fputs(SYNOPSIS "Try 'blkdma --help'.\n", stderr);
	exit(STATUS_USAGE);
}

static void fail(const char *what, const char *value)
{
	fprintf(stderr, "blkdma: %s: '%s'\n", what, value);
	exit_with_usage();
}

/* strtoull() would take signs, blanks and octal. */
static uint64_t parse_number(const char *text, uint64_t min, uint64_t max, const char *what)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hex ? text + 2 : text;
	const char *allowed = hex ? "0123456789abcdefABCDEF" : "0123456789";
	unsigned long long value;

	if (!*digits || digits[strspn(digits, allowed)])
		fail(what, text);
	errno = 0;
	value = strtoull(digits, NULL, hex ? 16 : 10);
	if (errno || value < min || value > max)
		fail(what, text);
	return value;
}

static uint64_t parse_sectors(const char *text, uint64_t min, uint64_t max, const char *what)
{
	uint64_t value = parse_number(text, min, max, what);

	if (value % SECTOR)
		fail(what, text);
	return value;
}

static enum mode parse_mode(const char *text)
{
	static const char *const names[] = {
		[MODE_READWRITE] = "rw", [MODE_WRITE] = "w", [MODE_VERIFY] = "v",
	};

	for (unsigned int n = 0; n < sizeof(names) / sizeof(*names); n++)
		if (!strcmp(text, names[n]))
			return (enum mode)n;
	fail("no such mode", text);
	return MODE_READWRITE;
}

void options_parse(struct options *options, int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const uint64_t max_size = UINT64_C(1) << 30, max_offset = INT64_MAX / 2;
	int option;

	*options = (struct options){ .size = 4096, .transactions = 1 };
	while ((option = getopt_long(argc, argv, "m:s:n:o:g:cqh", long_options, NULL)) != -1) {
		switch (option) {
		case 'm':
			options->mode = parse_mode(optarg);
			break;
		case 's':
			options->size = parse_sectors(optarg, SECTOR, max_size, "bad size");
			break;
		case 'n':
			options->transactions = parse_number(optarg, 1, UINT32_MAX, "bad count");
			break;
		case 'o':
			options->offset = parse_sectors(optarg, 0, max_offset, "bad offset");
			break;
		case 'g':
			options->seed = (uint32_t)parse_number(optarg, 0, UINT32_MAX, "bad seed");
			options->seeded = true;
			break;
		case 'c':
			options->check = true;
			break;
		case 'q':
			options->quiet = true;
			break;
		case 'h':
			fputs(help, stdout);
			exit(fflush(stdout) ? STATUS_FAILED : STATUS_OK);
		default:	/* getopt has said what is wrong */
			exit_with_usage();
		}
	}
	if (optind >= argc)
		fail("no device is given", "");
	options->device = argv[optind++];
	if (optind < argc)
		fail("more than one device", argv[optind]);
	if (options->mode == MODE_VERIFY && !options->seeded)
		fail("-m v needs the seed of what was written", "-g");
}

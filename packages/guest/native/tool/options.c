// SPDX-License-Identifier: Apache-2.0
/* The command line. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define SYNOPSIS "Usage: smmute [OPTION]... [DEVICE]\n"

static const char help[] =
	SYNOPSIS
	"Run DMA transactions on an SMMU test engine.\n"
	"\n"
	"DEVICE is /dev/smmute0 unless given. Numbers are decimal, or hexadecimal after 0x.\n"
	"\n"
	"  -m MODE      m  copy one buffer to another (default)\n"
	"               r  fill a buffer from a 48-bit generator\n"
	"               s  add up a buffer as 64-bit words\n"
	"               p  peer to peer: let the engine launch an 'r' by writing to itself\n"
	"  -s SIZE      bytes a transaction works on (default: one page)\n"
	"  -n COUNT     transactions (default: 1); each adds 0xb00f to the seed\n"
	"  -r COUNT     how often to repeat each transaction (default: 1)\n"
	"  -o OFFSET    bytes to leave unused at the start of each buffer (default: 0)\n"
	"  -g SEED      of the generator, and of the bytes copied (default: 0)\n"
	"  -c           check what the engine wrote or computed\n"
	"  -q           print nothing but errors\n"
	"  -d           print each request to standard error\n"
	"  -t SECONDS   wait between launching a transaction and asking for its result\n"
	"  -f FAULT     cause a fault, and fail unless it is reported:\n"
	"               read   the input is no buffer (not with -m r)\n"
	"               write  the output is no buffer (not with -m s)\n"
	"               drv    the driver gives the engine a bad address\n"
	"               tlb    use the buffers once, then again after unmapping them\n"
	"               pasid  an address space that is not bound (only with -u)\n"
	"  -u malloc|mmap|stack[,FLAGS]\n"
	"               shared virtual addressing: not supported\n"
	"  -k           keep each result in the driver until the device is closed\n"
	"  -h, --help   print this\n"
	"\n"
	"Exit status: 0 all well; 1 a transaction, a check or the device failed; 2 bad\n"
	"usage; 14 -f has nothing to fault in this mode; 19 not supported.\n"
	"With -f, 0 means that every transaction reported the fault.\n";

static void exit_with_usage(void)
{
	fputs(SYNOPSIS "Try 'smmute --help'.\n", stderr);
	exit(STATUS_USAGE);
}

static void fail(const char *what, const char *value)
{
	fprintf(stderr, "smmute: %s: '%s'\n", what, value);
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

static enum mode parse_mode(const char *text)
{
	static const char letters[] = "mrsp";
	const char *letter = strchr(letters, text[0]);

	if (!text[0] || text[1] || !letter)
		fail("no such mode", text);
	return (enum mode)(letter - letters);
}

static enum fault parse_fault(const char *text)
{
	static const char *const names[] = {
		[FAULT_READ] = "read", [FAULT_WRITE] = "write", [FAULT_DRIVER] = "drv",
		[FAULT_TLB] = "tlb", [FAULT_PASID] = "pasid",
	};
	unsigned int n;

	for (n = FAULT_READ; n <= FAULT_PASID; n++)
		if (!strcmp(text, names[n]))
			return (enum fault)n;
	fail("no such fault", text);
	return FAULT_NONE;
}

static void check_shared(const char *text)
{
	static const char *const kinds[] = { "malloc", "mmap", "stack" };
	size_t length = strcspn(text, ",");
	unsigned int n;

	for (n = 0; n < sizeof(kinds) / sizeof(*kinds); n++)
		if (length == strlen(kinds[n]) && !strncmp(text, kinds[n], length))
			return;
	fail("no such kind of memory", text);
}

void options_parse(struct options *options, int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const uint64_t max_size = SIZE_MAX / 4;
	int option;

	*options = (struct options){
		.device = "/dev/smmute0",
		.size = (size_t)sysconf(_SC_PAGESIZE),
		.transactions = 1,
		.repetitions = 1,
	};

	while ((option = getopt_long(argc, argv, "m:s:n:r:o:g:cqdt:f:u:kh", long_options, NULL)) != -1) {
		switch (option) {
		case 'm':
			options->mode = parse_mode(optarg);
			break;
		case 's':
			options->size = parse_number(optarg, 1, max_size, "bad size");
			break;
		case 'n':
			options->transactions = parse_number(optarg, 1, UINT64_MAX, "bad count");
			break;
		case 'r':
			options->repetitions = parse_number(optarg, 1, UINT64_MAX, "bad count");
			break;
		case 'o':
			options->offset = parse_number(optarg, 0, max_size, "bad offset");
			break;
		case 'g':
			options->seed = (uint32_t)parse_number(optarg, 0, UINT32_MAX, "bad seed");
			break;
		case 'c':
			options->check = true;
			break;
		case 'q':
			options->quiet = true;
			break;
		case 'd':
			options->debug = true;
			break;
		case 't':
			options->sleep = (unsigned int)parse_number(optarg, 0, UINT32_MAX, "bad time");
			break;
		case 'f':
			options->fault = parse_fault(optarg);
			break;
		case 'u':
			check_shared(optarg);
			options->shared = true;
			break;
		case 'k':
			options->keep = true;
			break;
		case 'h':
			fputs(help, stdout);
			exit(fflush(stdout) ? STATUS_FAILED : STATUS_OK);
		default:	/* getopt has said what is wrong */
			exit_with_usage();
		}
	}
	if (optind < argc)
		options->device = argv[optind++];
	if (optind < argc)
		fail("more than one device", argv[optind]);
}

// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "number.h"
#include "options.h"
#include "pattern.h"

enum long_option { OPTION_STRIDE = 256, OPTION_DEPTH, OPTION_FEATURES };

static bool fail(struct failure *failure, const char *what, const char *value)
{
	fputs("Try 'smmute --help'.\n", stderr);
	failure_add(failure, STATUS_FAILED, "%s: '%s'", what, value);
	return false;
}

static void parse_mode(const char *text, enum mode *mode, struct failure *failure)
{
	static const char *const names[] = {
		[MODE_MEMCPY] = "memcpy", [MODE_RAND48] = "rand48",
		[MODE_SUM64] = "sum64", [MODE_P2P] = "p2p",
	};

	for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++) {
		/* The word or its letter. */
		if (strcasecmp(text, names[n]) && (strncasecmp(text, names[n], 1) || strlen(text) != 1))
			continue;
		*mode = (enum mode)n;
		return;
	}
	fail(failure, "no such mode", text);
}

static void check_shared(const char *text, struct failure *failure)
{
	static const char *const kinds[] = { "malloc", "mmap", "stack" };
	size_t length = strcspn(text, ",");

	for (size_t n = 0; n < sizeof(kinds) / sizeof(*kinds); n++)
		if (length == strlen(kinds[n]) && !strncmp(text, kinds[n], length))
			return;
	fail(failure, "no such kind of memory", text);
}

/* What getopt says of an option; it sets optopt if it knows the letter. */
static void refuse(int option, const char *argument, struct failure *failure)
{
	char letter[] = { '-', (char)optopt, '\0' };

	fail(failure, option == ':' ? "this option needs an argument" : "no such option",
	     optopt > 0 && optopt < OPTION_STRIDE ? letter : argument);
}

struct range {
	int option;
	uint64_t min, max;
	const char *wrong;
};

/* What a number may be, and what is said of another; NULL for an option that takes none. */
static const struct range *range_of(int option)
{
	static const struct range ranges[] = {
		{ 's', 1, SIZE_MAX / 4, "bad size" },
		{ 'n', 1, UINT32_MAX, "bad count" },
		{ 'r', 1, UINT32_MAX, "bad count" },
		{ 'o', 0, SIZE_MAX / 4, "bad offset" },
		{ 'g', 0, UINT32_MAX, "bad seed" },
		{ OPTION_STRIDE, 1, UINT32_MAX, "bad stride" },
		{ OPTION_DEPTH, 1, MAX_DEPTH, "bad depth" },
		{ 't', 0, UINT32_MAX, "bad time" },
	};

	for (size_t n = 0; n < sizeof(ranges) / sizeof(*ranges); n++)
		if (ranges[n].option == option)
			return &ranges[n];
	return NULL;
}

static void set_number(struct options *options, int option, uint64_t value)
{
	switch (option) {
	case 's': options->size = value; break;
	case 'n': options->transactions = value; break;
	case 'r': options->repetitions = value; break;
	case 'o': options->offset = value; break;
	case 't': options->sleep = (unsigned int)value; break;
	case OPTION_STRIDE: options->stride = value; break;
	case OPTION_DEPTH: options->depth = value; break;
	case 'g':
		options->seed = (uint32_t)value;
		options->seeded = true;
		break;
	default: abort();
	}
}

static void take_number(struct options *options, const struct range *range, struct failure *failure)
{
	uint64_t value = 0;

	if (!number_parse(optarg, range->min, range->max, &value))
		fail(failure, range->wrong, optarg);
	else if (range->option == OPTION_STRIDE && value != 1 && value % PATTERN_WORD)
		fail(failure, "a stride is 1 or a multiple of 8", optarg);
	set_number(options, range->option, value);
}

/* What an option without argument, of those of options_parse(), sets. */
static bool *flag_of(struct options *options, int option)
{
	switch (option) {
	case 'c': return &options->check;
	case 'q': return &options->quiet;
	case 'd': return &options->debug;
	case 'k': return &options->keep;
	default: abort();
	}
}

/* One option with its argument. */
static void take(struct options *options, int option, struct failure *failure)
{
	const struct range *range = range_of(option);

	if (range) {
		take_number(options, range, failure);
		return;
	}
	switch (option) {
	case 'm':
		parse_mode(optarg, &options->mode, failure);
		break;
	case 'f':
		if (!fault_parse(optarg, &options->fault))
			fail(failure, "no such fault", optarg);
		break;
	case 'u':
		check_shared(optarg, failure);
		options->shared = true;
		break;
	default:
		*flag_of(options, option) = true;
	}
}

/* What does not go together is refused, never ignored. */
static bool is_sensible(const struct options *options, struct failure *failure)
{
	if (options->stride != 1 && options->mode != MODE_MEMCPY)
		return fail(failure, "only -m m takes", "--stride");
	if (options->stride != 1 && fault_tests_isolation(options->fault))
		return fail(failure, "--stride does not go with this fault", fault_name(options->fault));
	if (options->size < fault_min_size(options->fault, options->mode))
		return fail(failure, "this fault needs more bytes (-s)", fault_name(options->fault));
	if (options->size > fault_max_size(options->fault))
		return fail(failure, "this fault takes 64 KiB at most (-s)", fault_name(options->fault));
	if (options->depth > 1 && options->fault == FAULT_TLB)
		return fail(failure, "--depth does not go with this fault", fault_name(options->fault));
	if (options->depth > 1 && options->sleep)
		return fail(failure, "--depth does not go with", "-t");
	return true;
}

enum parsed options_parse(struct options *options, int argc, char **argv, struct failure *failure)
{
	static const struct option long_options[] = {
		{ "stride", required_argument, NULL, OPTION_STRIDE },
		{ "depth", required_argument, NULL, OPTION_DEPTH },
		{ "features", no_argument, NULL, OPTION_FEATURES },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	*options = (struct options){
		.device = "/dev/smmute0", .size = (size_t)sysconf(_SC_PAGESIZE), .stride = 1,
		.transactions = 1, .repetitions = 1, .depth = 1,
	};
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":m:s:n:r:o:g:cqdt:f:u:kh", long_options, NULL)) != -1) {
		if (option == 'h' || option == OPTION_FEATURES) {
			if (option == 'h' ? print_help() : print_features())
				return PARSED_DONE;
			failure_add(failure, STATUS_FAILED, "cannot write: %s", strerror(errno));
			return PARSED_WRONG;
		}
		if (option == '?' || option == ':')
			refuse(option, argv[optind - 1], failure);
		else
			take(options, option, failure);
		if (has_failed(failure))
			return PARSED_WRONG;
	}
	if (optind < argc)
		options->device = argv[optind++];
	if (optind < argc)
		fail(failure, "more than one device", argv[optind]);
	return !has_failed(failure) && is_sensible(options, failure) ? PARSED_RUN : PARSED_WRONG;
}

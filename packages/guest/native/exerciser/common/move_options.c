// SPDX-License-Identifier: Apache-2.0
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "move.h"
#include "number.h"

static void exit_with_usage(const struct move_tool *tool)
{
	fprintf(stderr, "Usage: %s [OPTION]... DEVICE\nTry '%s --help'.\n", tool->name, tool->name);
	exit(MOVE_USAGE);
}

static void fail(const struct move_tool *tool, const char *what, const char *value)
{
	fprintf(stderr, "%s: %s: '%s'\n", tool->name, what, value);
	exit_with_usage(tool);
}

static uint64_t parse_number(const struct move_tool *tool, const char *what, uint64_t min, uint64_t max)
{
	uint64_t value = 0;

	if (!number_parse(optarg, min, max, &value))
		fail(tool, what, optarg);
	return value;
}

static uint64_t parse_units(const struct move_tool *tool, const char *what, uint64_t min, uint64_t max)
{
	uint64_t value = parse_number(tool, what, min, max);

	if (value % tool->unit)
		fail(tool, what, optarg);
	return value;
}

static enum move_mode parse_mode(const struct move_tool *tool)
{
	static const char *const names[] = {
		[MOVE_READWRITE] = "rw", [MOVE_WRITE] = "w", [MOVE_VERIFY] = "v",
	};

	for (unsigned int n = 0; n < sizeof(names) / sizeof(*names); n++)
		if (!strcmp(optarg, names[n]))
			return (enum move_mode)n;
	fail(tool, "no such mode", optarg);
	return MOVE_READWRITE;
}

void move_options_parse(const struct move_tool *tool, struct move_options *options, int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	*options = (struct move_options){ .size = 4096, .transactions = 1 };
	while ((option = getopt_long(argc, argv, "m:s:n:o:g:cqh", long_options, NULL)) != -1) {
		switch (option) {
		case 'm':
			options->mode = parse_mode(tool);
			break;
		case 's':
			options->size = parse_units(tool, "bad size", tool->unit, tool->max_size);
			break;
		case 'n':
			options->transactions = parse_number(tool, "bad count", 1, UINT32_MAX);
			break;
		case 'o':
			options->offset = parse_units(tool, "bad offset", 0, tool->max_offset);
			break;
		case 'g':
			options->seed = (uint32_t)parse_number(tool, "bad seed", 0, UINT32_MAX);
			options->seeded = true;
			break;
		case 'c':
			options->check = true;
			break;
		case 'q':
			options->quiet = true;
			break;
		case 'h':
			printf("Usage: %s [OPTION]... DEVICE\n%s", tool->name, tool->help);
			exit(fflush(stdout) ? MOVE_FAILED : MOVE_OK);
		default:	/* getopt has said what is wrong */
			exit_with_usage(tool);
		}
	}
	if (optind >= argc)
		fail(tool, "no device is given", "");
	options->device = argv[optind++];
	if (optind < argc)
		fail(tool, "more than one device", argv[optind]);
	if (options->mode == MOVE_VERIFY && !options->seeded)
		fail(tool, "-m v needs the seed of what was written", "-g");
}

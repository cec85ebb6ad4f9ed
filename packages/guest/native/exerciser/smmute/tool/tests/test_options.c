// SPDX-License-Identifier: Apache-2.0
/* The command line: what is taken, and what is refused. */
#ifdef SMMUTE_CHECK
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "../options.h"
#include "ktap.h"

#define MAX_ARGUMENTS	16

static struct options options;
static struct failure failure;

static enum parsed parse(const char *line)
{
	/* The options point into it when this is over. */
	static char text[128];
	char *arguments[MAX_ARGUMENTS + 1] = { "smmute" };
	int count = 1;

	snprintf(text, sizeof(text), "%s", line);
	for (char *word = strtok(text, " "); word && count < MAX_ARGUMENTS; word = strtok(NULL, " "))
		arguments[count++] = word;
	optind = 0;	/* begin anew, as glibc and musl have it */
	failure = (struct failure){ .status = STATUS_OK };
	return options_parse(&options, count, arguments, &failure);
}

static void takes(const char *line, bool as_meant)
{
	ktap_ok(as_meant, line);
}

static void refuses(const char *line, const char *words)
{
	bool refused = parse(line) == PARSED_WRONG && failure.status == STATUS_FAILED &&
		       strstr(failure.reason, words);

	ktap_comment("%s", failure.reason);
	ktap_ok(refused, line);
}

void test_options(void)
{
	static const struct { const char *line; enum mode mode; } modes[] = {
		{ "-mm", MODE_MEMCPY }, { "-mmemcpy", MODE_MEMCPY }, { "-mS", MODE_SUM64 },
		{ "-m RAND48", MODE_RAND48 }, { "-m p2p", MODE_P2P }, { "-mP", MODE_P2P },
	};

	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		takes(modes[i].line, parse(modes[i].line) == PARSED_RUN && options.mode == modes[i].mode);
	takes("-s 0x100 -n 10 /dev/smmute3", parse("-s 0x100 -n 10 /dev/smmute3") == PARSED_RUN &&
	      options.size == 256 && options.transactions == 10 && !strcmp(options.device, "/dev/smmute3"));
	takes("--stride 24 --depth 256 -c", parse("--stride 24 --depth 256 -c") == PARSED_RUN &&
	      options.stride == 24 && options.depth == 256 && options.check);
	takes("-f substream -m s", parse("-f substream -m s") == PARSED_RUN && options.fault == FAULT_SUBSTREAM);

	refuses("-m memory", "no such mode: 'memory'");
	refuses("-s 16k", "bad size: '16k'");
	refuses("-s 0", "bad size: '0'");
	refuses("-s -1", "bad size: '-1'");
	refuses("-s 0x", "bad size: '0x'");
	refuses("-n 0", "bad count: '0'");
	refuses("-g 0x100000000", "bad seed: '0x100000000'");
	refuses("-f nothing", "no such fault: 'nothing'");
	refuses("--stride 12", "multiple of 8: '12'");
	refuses("--stride 8 -m r", "only -m m takes: '--stride'");
	refuses("--depth 257", "bad depth: '257'");
	refuses("--depth 2 -t 1", "--depth does not go with: '-t'");
	refuses("--depth 2 -f tlb", "--depth does not go with this fault: 'tlb'");
	refuses("-f past-read -s 1", "this fault needs more bytes (-s): 'past-read'");
	refuses("-m s -f past-read -s 8", "this fault needs more bytes (-s): 'past-read'");
	refuses("-f stale-write -s 0x10001", "this fault takes 64 KiB at most (-s): 'stale-write'");
	refuses("-x", "no such option: '-x'");
	refuses("--nope", "no such option: '--nope'");
	refuses("-s", "this option needs an argument: '-s'");
	refuses("-u heap", "no such kind of memory: 'heap'");
	refuses("/dev/a /dev/b", "more than one device: '/dev/b'");
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "failure.h"
#include "fault.h"

#define MAX_DEPTH	256u

struct options {
	const char *device;
	enum mode mode;
	enum fault fault;
	size_t size;		/* bytes */
	size_t offset;		/* bytes from a page's start to the data's */
	size_t stride;		/* bytes; 1: all of them */
	uint64_t transactions;
	uint64_t repetitions;
	uint64_t depth;		/* transactions in flight */
	uint32_t seed;
	bool seeded;		/* by -g */
	unsigned int sleep;	/* seconds between launch and result */
	bool check;
	bool quiet;
	bool debug;
	bool keep;
	bool shared;		/* -u */
};

enum parsed {
	PARSED_RUN,	/* go on */
	PARSED_DONE,	/* what was asked for is printed */
	PARSED_WRONG,	/* the failure says what is */
};

enum parsed options_parse(struct options *options, int argc, char **argv, struct failure *failure);

/* help.c: false if it could not be printed */
bool print_help(void);
bool print_features(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the tool give each other. */
#ifndef SMMUTE_TOOL_H
#define SMMUTE_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smmute.h"

enum mode { MODE_MEMCPY, MODE_RAND48, MODE_SUM64, MODE_P2P };

enum fault {
	FAULT_NONE,
	FAULT_READ,	/* an input address that is no buffer's */
	FAULT_WRITE,	/* an output address that is no buffer's */
	FAULT_DRIVER,	/* the driver inverts the DMA addresses */
	FAULT_TLB,	/* use the buffers well, then once more after they are unmapped */
	FAULT_PASID,	/* a task that is not bound: shared virtual addressing only */
};

/* Exit status; with a fault asked for, OK means that it was reported. */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_NOTHING_TO_FAULT = 14,	/* EFAULT */
	STATUS_NOT_SUPPORTED = 19,	/* ENODEV */
};

/* How one transaction went. */
enum outcome {
	OUTCOME_GOOD,
	OUTCOME_FAULT,	/* the driver or the engine says that it cannot be done */
	OUTCOME_WRONG,	/* it says that it is done, but it is not */
	OUTCOME_LOST,	/* no result: further ones make no sense */
};

struct options {
	const char *device;
	enum mode mode;
	enum fault fault;
	size_t size;		/* bytes */
	size_t offset;		/* bytes into the buffer */
	uint64_t transactions;
	uint64_t repetitions;
	uint32_t seed;
	unsigned int sleep;	/* seconds between launch and result */
	bool check;
	bool quiet;
	bool debug;
	bool keep;
	bool shared;		/* -u */
};

/* Ends the process on --help or a bad option. */
void options_parse(struct options *options, int argc, char **argv);

/* engine.c: the device and its buffers */
int engine_open(const char *path);
void *engine_map(int fd, size_t size);
/* 0 or an errno. */
int engine_launch(int fd, enum mode mode, union smmute_params *params);
bool engine_result(int fd, uint64_t id, bool keep, struct smmute_result *result);

/* pattern.c: what goes into a buffer and what must come out */
void pattern_fill_input(enum mode mode, uint8_t *buffer, size_t size, uint32_t seed);
/* The first offset that is wrong, or size if none is. */
size_t pattern_check_copy(const uint8_t *output, size_t size, uint32_t seed);
size_t pattern_check_random(const uint8_t *output, size_t size, uint32_t seed);

/* print.c */
void print_result(const char *title, const struct smmute_result *result, uint64_t microseconds);
void print_buffer(const uint8_t *buffer, size_t size);

#endif

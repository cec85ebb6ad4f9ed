/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the tool give each other. */
#ifndef BLKDMA_H
#define BLKDMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mode { MODE_READWRITE, MODE_WRITE, MODE_VERIFY };

enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
};

struct options {
	const char *device;
	enum mode mode;
	uint64_t size;		/* bytes of one transaction */
	uint64_t transactions;
	uint64_t offset;	/* bytes from the start of the device */
	uint32_t seed;
	bool seeded;		/* -g was given */
	bool check;
	bool quiet;
};

/* Ends the process on --help or a bad option. */
void options_parse(struct options *options, int argc, char **argv);

/*
 * disk.c: the block device, past the page cache. What cannot be is printed
 * there. A descriptor for exactly the range of these options, or -1: it is
 * checked to lie within the device, and nobody else uses the device.
 */
int disk_open(const struct options *options);
/* Transfer all of it; 0 or an errno. */
int disk_write(int fd, const void *buffer, size_t size, uint64_t at);
int disk_read(int fd, void *buffer, size_t size, uint64_t at);

/* pattern.c: what the seed and the place on the device say a word must be. */
void pattern_fill(uint64_t *words, size_t size, uint64_t at, uint32_t seed);
/* Each word is another than pattern_fill() makes it. */
void pattern_spoil(uint64_t *words, size_t size, uint64_t at, uint32_t seed);
/* The first byte that is wrong, or size if none is. */
size_t pattern_check(const uint64_t *words, size_t size, uint64_t at, uint32_t seed);
uint64_t pattern_checksum(const uint64_t *words, size_t size);

#endif

// SPDX-License-Identifier: Apache-2.0
/* blkdma: move a pattern to a block device and back by DMA. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>

#include "blkdma.h"

struct run {
	const struct options *options;
	uint32_t seed;
	int fd;
	uint64_t *output;	/* goes to the device */
	uint64_t *input;	/* comes from it */
};

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Aligned to pages, which is enough for O_DIRECT on any device. */
static uint64_t *map_buffer(size_t size)
{
	void *buffer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (buffer != MAP_FAILED)
		return buffer;
	fprintf(stderr, "blkdma: no memory for a buffer of %zu bytes\n", size);
	return NULL;
}

static void print_result(uint64_t transaction, int status, uint64_t value, uint64_t microseconds)
{
	printf("Result:\n"
	       "- transaction          = %" PRIu64 "\n"
	       "- status               = %d %s\n"
	       "- value                = 0x%" PRIx64 "\n"
	       "- duration             = %" PRIu64 " us\n",
	       transaction, status, strerror(status), value, microseconds);
	/* So that a kill loses none that ended. */
	fflush(stdout);
}

/* True if what was read is what was written. */
static bool check(const struct run *run, uint64_t transaction, uint64_t at)
{
	size_t size = run->options->size;
	size_t right = pattern_check(run->input, size, at, run->seed);

	if (right == size)
		return true;
	fprintf(stderr, "blkdma: transaction %" PRIu64 ": what was read is wrong from offset 0x%" PRIx64
		" of the device on (0x%02x; seed 0x%" PRIx32 ")\n", transaction, at + right,
		((const uint8_t *)run->input)[right], run->seed);
	return false;
}

/* True if all went well. */
static bool run_transaction(const struct run *run, uint64_t transaction, uint64_t at)
{
	const struct options *options = run->options;
	size_t size = options->size;
	uint64_t start, value, duration = 0;
	int error = 0;

	if (options->mode != MODE_VERIFY) {
		pattern_fill(run->output, size, at, run->seed);
		start = now_us();
		error = disk_write(run->fd, run->output, size, at);
		duration += now_us() - start;
	}
	if (options->mode != MODE_WRITE && !error) {
		/* Every word that the device does not write is a wrong one. */
		pattern_spoil(run->input, size, at, run->seed);
		start = now_us();
		error = disk_read(run->fd, run->input, size, at);
		duration += now_us() - start;
	}
	value = error ? at : pattern_checksum(options->mode == MODE_WRITE ? run->output : run->input, size);
	if (!options->quiet)
		print_result(transaction, error, value, duration);
	if (error) {
		fprintf(stderr, "blkdma: transaction %" PRIu64 " at offset 0x%" PRIx64 ": %s\n",
			transaction, at, strerror(error));
		return false;
	}
	if (options->mode == MODE_VERIFY || (options->mode == MODE_READWRITE && options->check))
		return check(run, transaction, at);
	return true;
}

int main(int argc, char **argv)
{
	struct options options;
	struct run run = { .options = &options };
	bool good = true;

	options_parse(&options, argc, argv);
	run.seed = options.seed;
	if (!options.seeded && getrandom(&run.seed, sizeof(run.seed), 0) != sizeof(run.seed)) {
		perror("blkdma: no random seed");
		return STATUS_FAILED;
	}
	run.fd = disk_open(&options);
	if (run.fd < 0)
		return STATUS_FAILED;
	run.output = map_buffer(options.size);
	run.input = map_buffer(options.size);
	if (!run.output || !run.input)
		return STATUS_FAILED;
	for (uint64_t n = 0; n < options.transactions; n++)
		good = run_transaction(&run, n + 1, options.offset + n * options.size) && good;
	if (ferror(stdout)) {
		fputs("blkdma: cannot write the results\n", stderr);
		return STATUS_FAILED;
	}
	return good ? STATUS_OK : STATUS_FAILED;
}

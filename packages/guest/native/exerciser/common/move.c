// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "clock.h"
#include "move.h"
#include "result.h"
#include "words.h"

struct run {
	const struct move_tool *tool;
	const struct move_options *options;
	int fd;
	uint64_t *output;	/* goes to the device */
	uint64_t *input;	/* comes from it */
};

struct transaction {
	uint64_t id;
	uint64_t at;	/* where on the device */
	uint64_t place;	/* what the pattern takes for that: no two transactions have it in common */
};

/* Aligned to pages, which is enough for O_DIRECT on any device. */
static uint64_t *map_buffer(const struct run *run)
{
	size_t size = run->options->size;
	void *buffer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (buffer != MAP_FAILED)
		return buffer;
	fprintf(stderr, "%s: no memory for a buffer of %zu bytes\n", run->tool->name, size);
	return NULL;
}

/* All of it; 0 or an errno. */
static int write_all(int fd, const void *buffer, size_t size, uint64_t at)
{
	ssize_t done;

	for (size_t n = 0; n < size; n += (size_t)done) {
		done = pwrite(fd, (const char *)buffer + n, size - n, (off_t)(at + n));
		if (done <= 0)
			return done ? errno : EIO;
	}
	return 0;
}

static int read_all(int fd, void *buffer, size_t size, uint64_t at)
{
	ssize_t done;

	for (size_t n = 0; n < size; n += (size_t)done) {
		done = pread(fd, (char *)buffer + n, size - n, (off_t)(at + n));
		if (done <= 0)
			return done ? errno : EIO;
	}
	return 0;
}

/* True if what was read is what was written. */
static bool check(const struct run *run, const struct transaction *transaction)
{
	size_t size = run->options->size;
	uint32_t seed = run->options->seed;
	size_t right = words_check(run->input, size, transaction->place, seed);

	if (right == size)
		return true;
	fprintf(stderr, "%s: transaction %" PRIu64 ": what was read is wrong from offset 0x%" PRIx64
		" of the device on (0x%02x; seed 0x%" PRIx32 ")\n", run->tool->name, transaction->id,
		transaction->at + right, ((const uint8_t *)run->input)[right], seed);
	return false;
}

/* True if all went well. */
static bool run_transaction(const struct run *run, const struct transaction *transaction)
{
	const struct move_options *options = run->options;
	uint64_t start, value, duration = 0, at = transaction->at;
	size_t size = options->size;
	int error = 0;

	if (options->mode != MOVE_VERIFY) {
		words_fill(run->output, size, transaction->place, options->seed);
		start = now_us();
		error = write_all(run->fd, run->output, size, at);
		duration += now_us() - start;
	}
	if (options->mode != MOVE_WRITE && !error) {
		/* Every word that the device does not write is a wrong one. */
		words_spoil(run->input, size, transaction->place, options->seed);
		start = now_us();
		error = read_all(run->fd, run->input, size, at);
		duration += now_us() - start;
	}
	value = error ? at : words_checksum(options->mode == MOVE_WRITE ? run->output : run->input, size);
	if (!options->quiet) {
		print_result(transaction->id, error, value, duration);
		/* So that a kill loses none that ended. */
		fflush(stdout);
	}
	if (error) {
		fprintf(stderr, "%s: transaction %" PRIu64 " at offset 0x%" PRIx64 ": %s\n",
			run->tool->name, transaction->id, at, strerror(error));
		return false;
	}
	if (options->mode == MOVE_VERIFY || (options->mode == MOVE_READWRITE && options->check))
		return check(run, transaction);
	return true;
}

/* How many transactions there is room for, one behind the other. */
static uint64_t count_places(const struct run *run)
{
	const struct move_options *options = run->options;
	uint64_t end = run->tool->end;

	if (!end)
		return UINT64_MAX;
	return end < options->offset ? 0 : (end - options->offset) / options->size;
}

int move_run(const struct move_tool *tool, struct move_options *options, int fd)
{
	struct run run = { .tool = tool, .options = options, .fd = fd };
	uint64_t places = count_places(&run);
	struct transaction transaction;
	bool good = true;

	if (!places) {
		fprintf(stderr, "%s: 0x%" PRIx64 " bytes at offset 0x%" PRIx64 " do not fit into the 0x%" PRIx64
			" bytes of the device\n", tool->name, options->size, options->offset, tool->end);
		return MOVE_FAILED;
	}
	if (!options->seeded &&
	    getrandom(&options->seed, sizeof(options->seed), 0) != sizeof(options->seed)) {
		fprintf(stderr, "%s: no random seed: %s\n", tool->name, strerror(errno));
		return MOVE_FAILED;
	}
	run.output = map_buffer(&run);
	run.input = map_buffer(&run);
	if (!run.output || !run.input)
		return MOVE_FAILED;
	for (uint64_t n = 0; n < options->transactions; n++) {
		transaction = (struct transaction){
			.id = n + 1,
			.at = options->offset + n % places * options->size,
			.place = options->offset + n * options->size,
		};
		good = run_transaction(&run, &transaction) && good;
	}
	if (ferror(stdout)) {
		fprintf(stderr, "%s: cannot write the results\n", tool->name);
		return MOVE_FAILED;
	}
	return good ? MOVE_OK : MOVE_FAILED;
}

// SPDX-License-Identifier: Apache-2.0
/* smmute: run DMA transactions on an SMMU test engine. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "tool.h"

#define SEED_STEP	0xb00fu
#define NO_BUFFER	0	/* an address no buffer has */

struct run {
	const struct options *options;
	int fd;
	size_t mapped;		/* bytes of each buffer */
	uint8_t *input_map;
	uint8_t *output_map;	/* the same as input_map unless copying */
	uint8_t *input;
	uint8_t *output;
};

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* P2P has a buffer for the command it sends itself, and one the command fills. */
static bool map_buffers(struct run *run)
{
	bool two = run->options->mode == MODE_MEMCPY || run->options->mode == MODE_P2P;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = run->options->size;

	/* P2P's command may need more room than what it fills. */
	if (size < sizeof(uint64_t))
		size = sizeof(uint64_t);
	run->mapped = (size + run->options->offset + page - 1) / page * page;
	run->input_map = engine_map(run->fd, run->mapped);
	if (!run->input_map)
		return false;
	run->output_map = two ? engine_map(run->fd, run->mapped) : run->input_map;
	if (!run->output_map)
		return false;
	run->input = run->input_map + run->options->offset;
	run->output = run->output_map + run->options->offset;
	return true;
}

static void unmap_buffers(const struct run *run)
{
	if (run->output_map != run->input_map)
		munmap(run->output_map, run->mapped);
	munmap(run->input_map, run->mapped);
}

static void set_params(const struct run *run, union smmute_params *params, uint32_t seed)
{
	const struct options *options = run->options;
	uint64_t input = options->fault == FAULT_READ ? NO_BUFFER : (uintptr_t)run->input;
	uint64_t output = options->fault == FAULT_WRITE ? NO_BUFFER : (uintptr_t)run->output;
	struct smmute_common common = {
		.size = options->size,
		.attr = SMMUTE_ATTR(SMMUTE_ATTR_WBRAWA_SH, SMMUTE_ATTR_WBRAWA_SH),
		.stride = 1,
		.seed = seed,
		.flags = options->fault == FAULT_DRIVER ? SMMUTE_FLAG_FAULT : 0,
	};

	memset(params, 0, sizeof(*params));
	switch (options->mode) {
	case MODE_MEMCPY:
		common.input_start = input;
		params->memcpy = (struct smmute_memcpy){ .common = common, .output_start = output };
		break;
	case MODE_RAND48:
		common.input_start = output;
		params->rand48 = (struct smmute_rand48){ .common = common };
		break;
	case MODE_SUM64:
		common.input_start = input;
		params->sum64 = (struct smmute_sum64){ .common = common };
		break;
	case MODE_P2P:
		params->p2p = (struct smmute_p2p){
			.first = common, .second = common, .command = SMMUTE_COMMAND_RAND48,
		};
		params->p2p.first.input_start = input;
		params->p2p.first.size = sizeof(uint64_t);
		params->p2p.second.input_start = output;
		break;
	}
	if (options->debug)
		fprintf(stderr, "smmute: mode %c, input 0x%" PRIx64 ", output 0x%" PRIx64
			", size 0x%zx, seed 0x%" PRIx32 ", flags 0x%x\n", "mrsp"[options->mode],
			input, output, options->size, seed, common.flags);
}

static bool check(const struct run *run, const struct smmute_result *result, uint32_t seed)
{
	size_t size = run->options->size;
	size_t right;

	if (run->options->mode == MODE_SUM64) {
		if (result->value == size / sizeof(uint64_t))
			return true;
		fprintf(stderr, "smmute: transaction %" PRIu64 ": the sum is 0x%" PRIx64 ", not 0x%zx\n",
			(uint64_t)result->transaction_id, (uint64_t)result->value,
			size / sizeof(uint64_t));
		return false;
	}
	right = run->options->mode == MODE_MEMCPY ?
		pattern_check_copy(run->output, size, seed) :
		pattern_check_random(run->output, size, seed);
	if (right == size)
		return true;
	fprintf(stderr, "smmute: transaction %" PRIu64 ": the output is wrong from offset 0x%zx on (0x%02x)\n",
		(uint64_t)result->transaction_id, right, run->output[right]);
	return false;
}

/* Print what there is to print; true if the engine did what it was told. */
static bool report(const struct run *run, const char *title, const struct smmute_result *result,
		   uint64_t duration)
{
	if (!run->options->quiet)
		print_result(title, result, duration);
	else if (result->status && run->options->fault == FAULT_NONE)
		fprintf(stderr, "smmute: transaction %" PRIu64 " ended with status %u: %s\n",
			(uint64_t)result->transaction_id, result->status,
			strerror((int)result->status));
	return !result->status;
}

/* One transaction, or one pair of them. */
static enum outcome run_transaction(const struct run *run, union smmute_params *params,
				    uint32_t seed)
{
	const struct options *options = run->options;
	bool p2p = options->mode == MODE_P2P;
	struct smmute_result result, second;
	uint64_t start, duration, second_duration;
	uint32_t command;
	bool good;
	int error;

	start = now_us();
	error = engine_launch(run->fd, options->mode, params);
	if (error)
		return error == ESRCH ? OUTCOME_FAULT : OUTCOME_LOST;
	duration = now_us() - start;
	if (options->sleep)
		sleep(options->sleep);

	/* Both calls count: a device may do all its work while it is being launched. */
	start = now_us();
	if (!engine_result(run->fd, params->memcpy.common.transaction_id, options->keep, &result))
		return OUTCOME_LOST;
	second_duration = duration;
	duration += now_us() - start;
	if (p2p) {
		if (!engine_result(run->fd, params->p2p.second.transaction_id, options->keep, &second))
			return OUTCOME_LOST;
		second_duration += now_us() - start;
	}

	good = report(run, "Result", &result, duration);
	if (p2p) {
		good = report(run, "Result 2", &second, second_duration) && good;
		memcpy(&command, run->input, sizeof(command));
		if (!options->quiet)
			printf("Command is now 0x%" PRIx32 "\n", command);
	}
	if (good && !options->quiet && options->mode != MODE_SUM64)
		print_buffer(run->output, options->size);
	fflush(stdout);

	if (!good)
		return OUTCOME_FAULT;
	if (options->check && !check(run, p2p ? &second : &result, seed))
		return OUTCOME_WRONG;
	return OUTCOME_GOOD;
}

/* Nothing of an earlier transaction may pass for this one's output. */
static void prepare_buffers(const struct run *run, uint32_t seed)
{
	const struct options *options = run->options;

	if (options->mode == MODE_MEMCPY || options->mode == MODE_SUM64)
		pattern_fill_input(options->mode, run->input, options->size, seed);
	if (options->mode != MODE_SUM64 && (options->check || !options->quiet))
		memset(run->output, 0, options->size);
}

/* True if every transaction went as it should. */
static bool run_all(const struct run *run)
{
	const struct options *options = run->options;
	bool fault_now = options->fault != FAULT_NONE && options->fault != FAULT_TLB;
	enum outcome outcome, expected = fault_now ? OUTCOME_FAULT : OUTCOME_GOOD;
	union smmute_params params;
	uint32_t seed = options->seed;
	uint64_t n, r;
	bool good = true;

	for (n = 0; n < options->transactions; n++, seed += SEED_STEP) {
		for (r = 0; r < options->repetitions; r++) {
			prepare_buffers(run, seed);
			set_params(run, &params, seed);
			outcome = run_transaction(run, &params, seed);
			good = good && outcome == expected;
			if (outcome == OUTCOME_LOST)
				return false;
		}
	}
	if (options->fault == FAULT_TLB) {
		unmap_buffers(run);
		good = run_transaction(run, &params, seed) == OUTCOME_FAULT && good;
	}
	return good;
}

static bool has_nothing_to_fault(const struct options *options)
{
	return (options->fault == FAULT_READ && options->mode == MODE_RAND48) ||
	       (options->fault == FAULT_WRITE && options->mode == MODE_SUM64) ||
	       options->fault == FAULT_PASID;
}

/* The driver takes the buffers of a device that is unplugged or unbound. */
static void on_bus_error(int signal)
{
	static const char message[] = "smmute: the device has gone away\n";

	(void)signal;
	(void)!write(STDERR_FILENO, message, sizeof(message) - 1);
	_exit(STATUS_FAILED);
}

int main(int argc, char **argv)
{
	struct options options;
	struct run run = { .options = &options };
	bool good;

	options_parse(&options, argc, argv);
	if (options.shared) {
		fputs("smmute: shared virtual addressing (-u) is not supported\n", stderr);
		return STATUS_NOT_SUPPORTED;
	}
	if (has_nothing_to_fault(&options)) {
		fputs("smmute: this fault (-f) has nothing to act on in this mode (-m)\n", stderr);
		return STATUS_NOTHING_TO_FAULT;
	}

	signal(SIGBUS, on_bus_error);
	run.fd = engine_open(options.device);
	if (run.fd < 0 || !map_buffers(&run))
		return STATUS_FAILED;
	good = run_all(&run);
	if (fflush(stdout)) {
		perror("smmute: cannot write the results");
		return STATUS_FAILED;
	}
	return good ? STATUS_OK : STATUS_FAILED;
}

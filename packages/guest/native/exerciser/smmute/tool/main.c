// SPDX-License-Identifier: Apache-2.0
/* smmute: run DMA transactions on an SMMU test engine. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "engine.h"
#include "pipeline.h"

/* The driver takes the buffers of a device that is unplugged or unbound. */
static void on_bus_error(int signal)
{
	static const char message[] = "smmute: the device has gone away\n";

	(void)signal;
	(void)!write(STDERR_FILENO, message, sizeof(message) - 1);
	_exit(STATUS_FAILED);
}

/* What cannot be done on any device. */
static void check_options(const struct options *options, struct failure *failure)
{
	if (options->shared)
		failure_add(failure, STATUS_NOT_SUPPORTED, "shared virtual addressing (-u) is not supported");
	else if (!fault_strikes(options->fault, options->mode))
		failure_add(failure, STATUS_WRONG, "the fault %s (-f) has nothing to act on in this mode (-m)",
			    fault_name(options->fault));
}

/* Unless a seed is given, data of an earlier run must not pass for this one's. */
static uint64_t choose_seed(const struct options *options)
{
	return options->seeded ? options->seed : now_us() << 22 ^ (uint64_t)getpid();
}

static void run_on_device(struct run *run)
{
	run->fd = engine_open(run->options->device, &run->failure);
	if (run->fd < 0)
		return;
	run->page = (size_t)sysconf(_SC_PAGESIZE);
	run->data_seed = choose_seed(run->options);
	if (run->options->debug)
		note("seed of the data compared with -c: 0x%llx", (unsigned long long)run->data_seed);
	run->address_bits = engine_address_bits(run->fd);
	pipeline_run(run);
}

int main(int argc, char **argv)
{
	static struct options options;
	static struct run run = { .options = &options };

	/* A reader that is gone is an error like others. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGBUS, on_bus_error);
	if (options_parse(&options, argc, argv, &run.failure) == PARSED_RUN) {
		check_options(&options, &run.failure);
		if (!has_failed(&run.failure))
			run_on_device(&run);
	}
	return failure_end(&run.failure);
}

// SPDX-License-Identifier: Apache-2.0
/* Data that comes when its result is there already, or goes on changing. */
#ifdef SMMUTE_CHECK
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "fixture.h"
#include "ktap.h"

static atomic_bool stop;

static void *writes_late(void *argument)
{
	struct fixture *fixture = argument;

	usleep(20000);
	engine_copies(fixture);
	return NULL;
}

/* Right, wrong, right, wrong: the worst for whoever looks twice. */
static void *flickers(void *argument)
{
	volatile uint8_t *last = ((struct fixture *)argument)->out + ((struct fixture *)argument)->size - 1;

	while (!atomic_load(&stop))
		*last ^= 1;
	return NULL;
}

static void test_arrival(void)
{
	struct fixture fixture;
	const char *after;
	pthread_t thread;

	fixture_begin(&fixture, MODE_MEMCPY, 3 * PAGE, 0, 0);
	fixture.transfer.patience_us = 250000;
	pthread_create(&thread, NULL, writes_late, &fixture);
	ktap_ok(says(&fixture, "the data arrived "), "data that comes late is told");
	pthread_join(thread, NULL);
	after = strstr(fixture.failure.reason, "arrived ");
	ktap_ok(after && atoi(after + 8) >= 10000 && atoi(after + 8) < 250000, "and how late");
	ktap_ok(passes(&fixture), "once there, it passes");
	fixture_end(&fixture);
}

static void test_patience(void)
{
	struct fixture fixture;
	uint64_t start;

	fixture_begin(&fixture, MODE_MEMCPY, 3 * PAGE, 0, 0);
	fixture.transfer.patience_us = 100000;
	start = now_us();
	ktap_ok(says(&fixture, "never written"), "data that never comes is not waited for");
	ktap_ok(now_us() - start >= 100000 && now_us() - start < 5000000, "for long");
	fixture_end(&fixture);
}

static void test_flicker(void)
{
	struct fixture fixture;
	pthread_t thread;

	fixture_begin(&fixture, MODE_MEMCPY, 3 * PAGE, 0, 0);
	engine_copies(&fixture);
	pthread_create(&thread, NULL, flickers, &fixture);
	for (unsigned int i = 0; i < 1000; i++) {
		fixture.failure = (struct failure){ .status = STATUS_OK };
		transfer_check(&fixture.transfer, &fixture.failure);
	}
	atomic_store(&stop, true);
	pthread_join(thread, NULL);
	ktap_ok(true, "data that changes while it is looked at breaks nothing");
	fixture_end(&fixture);
}

void test_late(void)
{
	test_arrival();
	test_patience();
	test_flicker();
}

#endif

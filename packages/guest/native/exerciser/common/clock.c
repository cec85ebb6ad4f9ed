// SPDX-License-Identifier: Apache-2.0
#include <time.h>

#include "clock.h"

#define SHORTEST_US	20u
#define LONGEST_US	1000u

uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

bool becomes(bool (*is_so)(void *context), void *context, uint64_t limit_us)
{
	uint64_t end = now_us() + limit_us;
	unsigned int pause = SHORTEST_US;
	struct timespec time = { 0 };

	do {
		if (is_so(context))
			return true;
		time.tv_nsec = pause * 1000L;
		nanosleep(&time, NULL);
		if (pause < LONGEST_US)
			pause *= 2;
	} while (now_us() < end);
	return false;
}

// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "plain.h"

#define PERIOD	256u

static void repeat(const uint8_t period[PERIOD], uint8_t *buffer, size_t size)
{
	for (size_t i = 0; i < size; i += PERIOD)
		memcpy(buffer + i, period, size - i < PERIOD ? size - i : PERIOD);
}

void plain_fill_bytes(uint8_t *input, size_t size, uint32_t seed)
{
	uint8_t period[PERIOD];

	for (uint32_t i = 0; i < PERIOD; i++)
		period[i] = (uint8_t)(i - seed);
	repeat(period, input, size);
}

void plain_fill_words(uint8_t *input, size_t size)
{
	uint8_t period[PERIOD] = { 0 };

	for (size_t i = 0; i < PERIOD; i += sizeof(uint64_t))
		period[i] = 1;
	repeat(period, input, size);
}

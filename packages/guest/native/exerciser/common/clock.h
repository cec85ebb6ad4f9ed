/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

uint64_t now_us(void);

/*
 * Looks again and again until something is so, for limit_us at most. Never
 * looks longer than that, whatever it is asked about does meanwhile.
 */
bool becomes(bool (*is_so)(void *context), void *context, uint64_t limit_us);

#endif

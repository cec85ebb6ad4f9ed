/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RAND48 mixes the high word of the DMA address into what it writes. Where the
 * driver does not tell the address, its nine bits that count are found in the
 * output itself: all pages have them in common, and so do all transactions of
 * one buffer, and they must be possible for the device.
 */
#ifndef HIGH_H
#define HIGH_H

#include "area.h"

/*
 * Is the output right for one of the first so many values? Then right is set to
 * that, and the area told if it can be no other.
 */
bool high_find(const struct content *right, struct area *output, uint32_t highs);
/* Set right to what agrees with most of the output, of which bytes is a copy. */
void high_guess(const struct content *right, const struct area *output, uint32_t highs,
		const uint8_t *bytes);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The block device, past the page cache. */
#ifndef DISK_H
#define DISK_H

#include "move.h"

/*
 * A descriptor for exactly the range of these options, or -1: it is checked to
 * lie within the device, and nobody else uses the device. What cannot be is
 * printed there.
 */
int disk_open(const struct move_options *options);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The device file: opening it, its DMA buffers, its ioctls. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stddef.h>

#include "failure.h"
#include "mode.h"
#include "smmute.h"

/* A descriptor, or -1. */
int engine_open(const char *path, struct failure *failure);
/* A zeroed DMA buffer, or NULL. */
void *engine_map(int fd, size_t size, struct failure *failure);

/* 0 or an errno. */
int engine_launch(int fd, enum mode mode, union smmute_params *params);
/* 0 or an errno; EAGAIN if it is not there yet. */
int engine_result(int fd, __u64 id, bool wait, bool keep, struct smmute_result *result);
/* Wait until a result is there, for so long at most. False if there is none, or nobody can say. */
bool engine_wait(int fd, int milliseconds);

/* How many bits the device's DMA addresses have: 64 if nobody says. */
unsigned int engine_address_bits(int fd);

#endif

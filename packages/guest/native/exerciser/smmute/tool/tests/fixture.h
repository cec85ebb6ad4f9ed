/* SPDX-License-Identifier: Apache-2.0 */
/* A transaction in plain memory, and an engine that does as it is told. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "../transfer.h"

#define PAGE		4096u
#define ID		7u	/* of the transaction; that before it has one less */

struct fixture {
	struct area input, output;
	struct history history;
	struct transfer transfer;
	struct failure failure;
	uint8_t *in, *out;	/* the data */
	size_t size;
};

/* Buffers filled and ready. */
void fixture_begin(struct fixture *fixture, enum mode mode, size_t size, size_t offset, size_t stride);
void fixture_end(struct fixture *fixture);

/* What a good engine does. */
void engine_copies(struct fixture *fixture);
void engine_fills(struct fixture *fixture, uint64_t address);
/* What the input of the transaction before held. */
void previous_input(const struct fixture *fixture, size_t from, uint8_t *bytes, size_t size);

/* The check passes. */
bool passes(struct fixture *fixture);
/* The check fails, and says this among other things. */
bool says(struct fixture *fixture, const char *words);

#endif

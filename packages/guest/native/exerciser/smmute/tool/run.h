/* SPDX-License-Identifier: Apache-2.0 */
/* What all parts of one run of the tool have in common. */
#ifndef RUN_H
#define RUN_H

#include "history.h"
#include "options.h"

struct run {
	const struct options *options;
	struct failure failure;
	struct history history;
	int fd;
	size_t page;			/* bytes */
	uint64_t data_seed;		/* of the pattern */
	unsigned int address_bits;	/* of the device's DMA addresses */
	uint64_t last_id;		/* of the transaction launched last */
};

#endif

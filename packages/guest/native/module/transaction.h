/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SMMUTE_TRANSACTION_H
#define SMMUTE_TRANSACTION_H

#include <linux/jiffies.h>

/* How often to look whether an interrupt got lost. */
#define SMMUTE_POLL_INTERVAL	msecs_to_jiffies(500)
/* How often to do so before GET_RESULT gives up: half a minute. */
#define SMMUTE_MAX_POLLS	60
/* Results nobody has asked for, per file. */
#define SMMUTE_MAX_TRANSACTIONS	4096

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* How a transaction is made and begun: between launch.c and those who launch in their own way. */
#ifndef SMMUTE_TRANSACTION_H
#define SMMUTE_TRANSACTION_H

#include <linux/jiffies.h>

#include "engine.h"

/* How often to look whether an interrupt got lost. */
#define SMMUTE_POLL_INTERVAL	msecs_to_jiffies(500)
/* How often to do so before GET_RESULT gives up: half a minute. */
#define SMMUTE_MAX_POLLS	60
/* Results nobody has asked for, per file. */
#define SMMUTE_MAX_TRANSACTIONS	4096

/* launch.c; all but the first two with the mutex held */
int smmute_check_request(const struct smmute_common *common, u32 flags);
int smmute_lock_for_launch(struct smmute_engine *engine);
int smmute_admit(struct smmute_client *client, unsigned int count);
struct smmute_transaction *smmute_prepare(struct smmute_client *client, u32 command,
					  const struct smmute_common *common);
void smmute_discard(struct smmute_transaction *t);
int smmute_own(struct smmute_client *client, struct smmute_transaction *t);
void smmute_disown(struct smmute_client *client, struct smmute_transaction *t);
void smmute_set_range(struct smmute_transaction *t, u64 size, bool fault);
void smmute_start(struct smmute_transaction *t);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/* GET_RESULT: wait for a transaction and hand its result over. */
#include "engine.h"
#include "frame.h"
#include "transaction.h"

/*
 * Mutex not held. Any signal ends the wait, and so does half a minute: a device
 * that hangs must hold up neither kill(1) nor a caller without a watchdog.
 */
static int wait_until_done(struct smmute_transaction *t)
{
	unsigned int polls;
	long left;

	for (polls = 0; polls < SMMUTE_MAX_POLLS; polls++) {
		left = wait_for_completion_interruptible_timeout(&t->done, SMMUTE_POLL_INTERVAL);
		if (left < 0)
			return left;
		if (left > 0)
			return 0;
		mutex_lock(&t->engine->mutex);
		smmute_transaction_poll(t);
		mutex_unlock(&t->engine->mutex);
		if (completion_done(&t->done))
			return 0;
	}
	return -ETIMEDOUT;
}

/* Mutex held; @t may have been taken by another thread of the client meanwhile. */
static void take(struct smmute_client *client, struct smmute_transaction *t)
{
	if (xa_load(&client->transactions, t->id) != t)
		return;
	mutex_lock(&client->engine->running_lock);
	client->nr_done--;
	mutex_unlock(&client->engine->running_lock);
	xa_erase(&client->transactions, t->id);
	client->nr_transactions--;
	smmute_transaction_put(t);
}

/* Mutex held; @t has finished. */
static void tell(struct smmute_transaction *t, struct smmute_result *result)
{
	/* What was out of reach is compared on the way. */
	smmute_transaction_settle(t);
	result->status = t->status;
	result->value = t->value;
	result->flags = SMMUTE_RESULT_ADDRESSES;
	if (t->touched)
		result->flags |= SMMUTE_RESULT_TOUCHED;
	if (t->translated)
		result->flags |= SMMUTE_RESULT_TRANSLATED;
	result->begin = t->begin;
	result->output = t->command == SMMUTE_CMD_MEMCPY ? t->output : 0;
	result->expected = t->expected;
}

int smmute_get_result(struct smmute_client *client, struct smmute_result *result)
{
	struct smmute_engine *engine = client->engine;
	struct smmute_transaction *t;
	int err = 0;

	if (mutex_lock_interruptible(&engine->mutex))
		return -ERESTARTSYS;
	t = xa_load(&client->transactions, result->transaction_id);
	if (t) {
		t->refs++;
		if (!result->blocking)
			smmute_transaction_poll_overdue(t);
	} else {
		err = engine->gone ? -ENODEV : -ENOENT;
	}
	mutex_unlock(&engine->mutex);
	if (err)
		return err;

	if (!completion_done(&t->done))
		err = result->blocking ? wait_until_done(t) : -EAGAIN;

	mutex_lock(&engine->mutex);
	if (!err) {
		tell(t, result);
		if (!result->keep)
			take(client, t);
	}
	smmute_transaction_put(t);
	mutex_unlock(&engine->mutex);
	return err;
}

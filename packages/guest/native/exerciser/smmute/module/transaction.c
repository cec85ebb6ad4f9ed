// SPDX-License-Identifier: GPL-2.0-only
/* How a transaction ends, and what becomes of it: its frame, a closed file, a lost device. */
#include <linux/dma-mapping.h>
#include <linux/slab.h>

#include "engine.h"
#include "fault.h"
#include "frame.h"
#include "transaction.h"

static bool is_running(const struct smmute_transaction *t)
{
	return !list_empty(&t->running);
}

struct smmute_transaction *smmute_transaction_alloc(struct smmute_engine *engine, u32 command)
{
	struct smmute_transaction *t = kzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);

	if (!t)
		return NULL;
	t->engine = engine;
	t->refs = 1;
	t->command = command;
	t->substream = SMMUTE_NO_SUBSTREAMID;
	t->stride = 1;
	INIT_LIST_HEAD(&t->running);
	init_completion(&t->done);
	return t;
}

/* @t, which is running, has ended like this. */
void smmute_transaction_finish(struct smmute_transaction *t, u32 status, u64 value)
{
	struct smmute_client *client = t->client;

	lockdep_assert_held(&t->engine->running_lock);

	list_del_init(&t->running);
	t->pair = NULL;
	smmute_frame_give(t);
	t->status = status;
	t->value = value;
	complete_all(&t->done);
	if (!client) {
		smmute_watch_in(t->engine, 0);
		return;
	}
	client->nr_running--;
	client->nr_done++;
	wake_up_interruptible_poll(&client->wait, EPOLLIN | EPOLLRDNORM);
}

/* Finish @t, which has ended, as its frame says. */
void smmute_transaction_finish_as(struct smmute_transaction *t, u32 state)
{
	switch (state) {
	case SMMUTE_CMD_HALTED:
		/* Of all commands: those that do not add up leave it at 0, or should. */
		smmute_transaction_finish(t, 0, smmute_frame_udata(t, SMMUTE_UDATA_SUM));
		break;
	case SMMUTE_CMD_MISCONFIGURED:
		smmute_transaction_finish(t, EINVAL, 0);
		break;
	default:
		smmute_transaction_finish(t, EIO, smmute_frame_udata(t, SMMUTE_UDATA_FAULT));
	}
}

/* Finish @t, which is running, if its frame says so. True if it did. */
bool smmute_transaction_check(struct smmute_transaction *t)
{
	u32 state;

	if (t->engine->resetting)
		return false;
	if (t->pair)
		return smmute_p2p_check(t);
	state = smmute_frame_state(t);
	if (smmute_is_running(state))
		return false;
	smmute_transaction_finish_as(t, state);
	return true;
}

/* The same, whether @t is running or not. */
bool smmute_transaction_look(struct smmute_transaction *t)
{
	bool found;

	mutex_lock(&t->engine->running_lock);
	found = is_running(t) && smmute_transaction_check(t);
	mutex_unlock(&t->engine->running_lock);
	return found;
}

/* The safety net: an interrupt should have ended @t long ago. Mutex held. */
void smmute_transaction_poll(struct smmute_transaction *t)
{
	struct smmute_engine *engine = t->engine;

	lockdep_assert_held(&engine->mutex);
	if (engine->gone)
		return;
	/* A device that is not there sends none. */
	if (smmute_transaction_look(t) && !t->silent && pci_device_is_present(engine->pdev))
		dev_warn_ratelimited(&engine->pdev->dev, "missed MSI for transaction %llu\n", t->id);
}

/* The same, unless its interrupt may well be on its way. Mutex held. */
void smmute_transaction_poll_overdue(struct smmute_transaction *t)
{
	if (completion_done(&t->done) || time_before(jiffies, t->looked_at + SMMUTE_POLL_INTERVAL))
		return;
	t->looked_at = jiffies;
	smmute_transaction_poll(t);
}

/* Let go of what a finished transaction worked on. Mutex held. */
void smmute_transaction_settle(struct smmute_transaction *t)
{
	lockdep_assert_held(&t->engine->mutex);

	if (t->has_target)
		dma_unmap_resource(&t->engine->pdev->dev, t->target, SMMUTE_FRAME_SIZE,
				   DMA_FROM_DEVICE, 0);
	t->has_target = false;
	if (t->victim && smmute_victim_free(t->victim))
		t->touched = true;
	t->victim = NULL;
	if (t->input)
		smmute_buffer_put(t->input);
	t->input = NULL;
	if (t->destination)
		smmute_buffer_put(t->destination);
	t->destination = NULL;
}

/* Drop a reference to a transaction that is not running. Mutex held. */
void smmute_transaction_put(struct smmute_transaction *t)
{
	if (--t->refs)
		return;
	smmute_transaction_settle(t);
	kfree(t);
}

/* The client's file is being closed: nobody will ask for its results. Mutex held. */
void smmute_transactions_abandon(struct smmute_client *client)
{
	struct smmute_engine *engine = client->engine;
	struct smmute_transaction *t;
	unsigned long id;
	bool running;

	xa_for_each(&client->transactions, id, t) {
		mutex_lock(&engine->running_lock);
		running = is_running(t);
		t->client = NULL;
		if (running)
			smmute_watch_in(engine, SMMUTE_POLL_INTERVAL);
		mutex_unlock(&engine->running_lock);

		xa_erase(&client->transactions, id);
		if (!running) {
			smmute_transaction_put(t);
			continue;
		}
		if (t->input)
			t->input->client = NULL;
		if (t->destination)
			t->destination->client = NULL;
		list_add_tail(&t->node, &engine->orphans);
	}
}

/* The device will not finish what it runs: it was reset, or is gone. Mutex held. */
void smmute_transactions_fail(struct smmute_engine *engine)
{
	struct smmute_transaction *t, *next;
	unsigned int n;

	lockdep_assert_held(&engine->mutex);
	mutex_lock(&engine->running_lock);
	for (n = 0; n < engine->nr_vectors; n++)
		list_for_each_entry_safe(t, next, &engine->vectors[n].running, running)
			smmute_transaction_finish(t, EIO, U64_MAX);
	mutex_unlock(&engine->running_lock);
}

/* The function is going away: end everything, and keep nothing of it. Mutex not held. */
void smmute_transactions_revoke(struct smmute_engine *engine)
{
	struct smmute_transaction *t, *next;
	struct smmute_client *client;
	unsigned long id;

	mutex_lock(&engine->mutex);
	smmute_transactions_fail(engine);
	list_for_each_entry(client, &engine->clients, node) {
		xa_for_each(&client->transactions, id, t)
			smmute_transaction_settle(t);
		wake_up_interruptible_poll(&client->wait, EPOLLERR | EPOLLHUP);
	}
	list_for_each_entry_safe(t, next, &engine->orphans, node) {
		smmute_transaction_settle(t);
		list_del(&t->node);
		smmute_transaction_put(t);
	}
	mutex_unlock(&engine->mutex);
}

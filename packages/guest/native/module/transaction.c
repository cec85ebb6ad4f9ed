// SPDX-License-Identifier: GPL-2.0-only
/* How a transaction ends, and what becomes of it: interrupt, poll, closed file, lost device. */
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "engine.h"
#include "frame.h"
#include "transaction.h"

static bool is_running(const struct smmute_transaction *t)
{
	return !list_empty(&t->running);
}

static void reap_in(struct smmute_engine *engine, unsigned long delay)
{
	if (!READ_ONCE(engine->gone))
		mod_delayed_work(system_long_wq, &engine->reaper, delay);
}

struct smmute_transaction *smmute_transaction_alloc(struct smmute_engine *engine, u32 command)
{
	struct smmute_transaction *t = kzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);

	if (!t)
		return NULL;
	t->engine = engine;
	t->refs = 1;
	t->command = command;
	t->last_command = command;
	t->stride = 1;
	INIT_LIST_HEAD(&t->running);
	init_completion(&t->done);
	return t;
}

/* @t, which is running, has ended like this. */
void smmute_transaction_finish(struct smmute_transaction *t, u32 status, u64 value)
{
	lockdep_assert_held(&t->engine->running_lock);

	list_del_init(&t->running);
	t->pair = NULL;
	clear_bit(t->frame, t->engine->frames);
	t->status = status;
	t->value = value;
	if (t->abandoned)
		reap_in(t->engine, 0);
	complete_all(&t->done);
}

/* Finish @t, which has ended, as its frame says. */
void smmute_transaction_finish_as(struct smmute_transaction *t, u32 state)
{
	switch (state) {
	case SMMUTE_CMD_HALTED:
		smmute_transaction_finish(t, 0, t->last_command == SMMUTE_CMD_SUM64 ?
					  smmute_frame_udata(t, SMMUTE_UDATA_SUM) : 0);
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

/*
 * An MSI says that something on its vector has ended, not what, nor how much:
 * two that meet are one. So everything that runs there must be looked at, a
 * round trip to the device each, of which there can be 128: not in here.
 *
 * The vector is not masked meanwhile (no IRQF_ONESHOT). MSIs are edges, so
 * nothing storms, one that comes while the thread runs makes it run again, and
 * each is still counted; masking would cost two more writes to the device and
 * merge in its pending bits what would otherwise be counted.
 */
irqreturn_t smmute_interrupt(int irq, void *data)
{
	return IRQ_WAKE_THREAD;
}

irqreturn_t smmute_interrupt_thread(int irq, void *data)
{
	struct smmute_vector *vector = data;
	struct smmute_transaction *t, *next;

	mutex_lock(&vector->engine->running_lock);
	list_for_each_entry_safe(t, next, &vector->running, running) {
		/* Pairs end together. */
		if (next == t->pair)
			next = list_next_entry(next, running);
		smmute_transaction_check(t);
		cond_resched();
	}
	mutex_unlock(&vector->engine->running_lock);
	return IRQ_HANDLED;
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

/* Let go of what a finished transaction worked on. Mutex held. */
void smmute_transaction_settle(struct smmute_transaction *t)
{
	lockdep_assert_held(&t->engine->mutex);

	if (t->has_target)
		dma_unmap_resource(&t->engine->pdev->dev, t->target, SMMUTE_FRAME_SIZE,
				   DMA_FROM_DEVICE, 0);
	t->has_target = false;
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
		t->abandoned = running;
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
		list_add_tail(&t->node, &engine->abandoned);
		reap_in(engine, SMMUTE_POLL_INTERVAL);
	}
}

void smmute_reap(struct work_struct *work)
{
	struct smmute_engine *engine =
		container_of(to_delayed_work(work), struct smmute_engine, reaper);
	struct smmute_transaction *t, *next;

	mutex_lock(&engine->mutex);
	list_for_each_entry_safe(t, next, &engine->abandoned, node) {
		smmute_transaction_poll(t);
		if (!completion_done(&t->done))
			continue;
		list_del(&t->node);
		smmute_transaction_put(t);
	}
	if (!list_empty(&engine->abandoned))
		reap_in(engine, SMMUTE_POLL_INTERVAL);
	mutex_unlock(&engine->mutex);
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
	list_for_each_entry(client, &engine->clients, node)
		xa_for_each(&client->transactions, id, t)
			smmute_transaction_settle(t);
	list_for_each_entry_safe(t, next, &engine->abandoned, node) {
		list_del(&t->node);
		smmute_transaction_put(t);
	}
	mutex_unlock(&engine->mutex);
}

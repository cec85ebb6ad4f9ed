// SPDX-License-Identifier: GPL-2.0-only
/* Who notices that a transaction has ended: an interrupt, or the watch in case that gets lost. */
#include <linux/interrupt.h>
#include <linux/sched.h>

#include "engine.h"
#include "transaction.h"

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

/* Have the watch run at the latest then. Running lock held. */
void smmute_watch_in(struct smmute_engine *engine, unsigned long delay)
{
	lockdep_assert_held(&engine->running_lock);
	if (engine->gone)
		return;
	if (delay)
		queue_delayed_work(system_long_wq, &engine->watch, delay);
	else
		mod_delayed_work(system_long_wq, &engine->watch, 0);
}

/* Free the orphans that have ended. True if there are others. */
static bool watch_orphans(struct smmute_engine *engine)
{
	struct smmute_transaction *t, *next;

	list_for_each_entry_safe(t, next, &engine->orphans, node) {
		smmute_transaction_poll_overdue(t);
		if (!completion_done(&t->done))
			continue;
		list_del(&t->node);
		smmute_transaction_put(t);
	}
	return !list_empty(&engine->orphans);
}

/* Poll what a caller of poll(2) waits for, who cannot. True if it must go on. */
static bool watch_client(struct smmute_client *client)
{
	struct smmute_transaction *t;
	unsigned long id;

	xa_for_each(&client->transactions, id, t)
		smmute_transaction_poll_overdue(t);

	mutex_lock(&client->engine->running_lock);
	client->polled = client->nr_running;
	mutex_unlock(&client->engine->running_lock);
	return client->polled;
}

void smmute_watch(struct work_struct *work)
{
	struct smmute_engine *engine =
		container_of(to_delayed_work(work), struct smmute_engine, watch);
	struct smmute_client *client;
	bool again;

	mutex_lock(&engine->mutex);
	again = watch_orphans(engine);
	list_for_each_entry(client, &engine->clients, node)
		if (READ_ONCE(client->polled))
			again |= watch_client(client);
	if (again) {
		mutex_lock(&engine->running_lock);
		smmute_watch_in(engine, SMMUTE_POLL_INTERVAL);
		mutex_unlock(&engine->running_lock);
	}
	mutex_unlock(&engine->mutex);
}

/* What poll(2) of the client's file tells. */
__poll_t smmute_client_events(struct smmute_client *client)
{
	struct smmute_engine *engine = client->engine;
	__poll_t events = 0;

	mutex_lock(&engine->running_lock);
	if (engine->gone)
		events |= EPOLLERR | EPOLLHUP;
	if (client->nr_done)
		events |= EPOLLIN | EPOLLRDNORM;
	if (!events && client->nr_running) {
		client->polled = true;
		smmute_watch_in(engine, SMMUTE_POLL_INTERVAL);
	}
	mutex_unlock(&engine->running_lock);
	return events;
}

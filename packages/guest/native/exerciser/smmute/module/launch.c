// SPDX-License-Identifier: GPL-2.0-only
/* From a request of user space to a running frame. */
#include <linux/atomic.h>
#include <linux/overflow.h>

#include "engine.h"
#include "fault.h"
#include "frame.h"
#include "transaction.h"

static atomic64_t last_id;

/* Undo smmute_prepare() for a transaction that was not launched. */
void smmute_discard(struct smmute_transaction *t)
{
	smmute_frame_give(t);
	smmute_transaction_put(t);
}

/* A transaction with a frame, a vector and its buffer, but nothing written to the device. */
struct smmute_transaction *smmute_prepare(struct smmute_client *client, u32 command,
					  const struct smmute_common *common)
{
	struct smmute_engine *engine = client->engine;
	struct smmute_transaction *t;
	int err;

	t = smmute_transaction_alloc(engine, command);
	if (!t)
		return ERR_PTR(-ENOMEM);
	t->attr = common->attr;
	t->seed = common->seed;
	t->stride = common->stride ?: 1;

	t->input = smmute_buffer_get(client, common->input_start, common->size);
	if (IS_ERR(t->input)) {
		err = PTR_ERR(t->input);
		t->input = NULL;
		goto put;
	}
	err = smmute_frame_take(t);
	if (err)
		goto put;
	t->vector = &engine->vectors[engine->next_vector++ % engine->nr_vectors];
	t->begin = t->input->dma + (common->input_start - t->input->start);
	t->output = t->begin;
	t->translated = smmute_domain(engine);
	return t;
put:
	smmute_transaction_put(t);
	return ERR_PTR(err);
}

/* The range the device sees; with FAULT, one where nothing should be mapped. */
void smmute_set_range(struct smmute_transaction *t, u64 size, bool fault)
{
	if (fault) {
		t->begin = ~t->begin;
		t->output = ~t->output;
		t->expected = t->begin;
	}
	if (check_add_overflow(t->begin, size - 1, &t->end_incl))
		t->end_incl = U64_MAX;
}

/* Hold the mutex, but not while the function is being reset. */
int smmute_lock_for_launch(struct smmute_engine *engine)
{
	for (;;) {
		if (mutex_lock_interruptible(&engine->mutex))
			return -ERESTARTSYS;
		if (!engine->resetting)
			return 0;
		mutex_unlock(&engine->mutex);
		if (wait_event_interruptible(engine->reset_over, !READ_ONCE(engine->resetting)))
			return -ERESTARTSYS;
	}
}

int smmute_admit(struct smmute_client *client, unsigned int count)
{
	if (client->engine->gone)
		return -ENODEV;
	/* Begun since the mutex was taken: make_stale() lets go of it. */
	if (client->engine->resetting)
		return -EBUSY;
	if (client->nr_transactions + count > SMMUTE_MAX_TRANSACTIONS)
		return -EBUSY;
	return 0;
}

int smmute_own(struct smmute_client *client, struct smmute_transaction *t)
{
	int err;

	t->id = atomic64_inc_return(&last_id);
	err = xa_insert(&client->transactions, t->id, t, GFP_KERNEL_ACCOUNT);
	if (err)
		return err;
	t->client = client;
	client->nr_transactions++;
	return 0;
}

void smmute_disown(struct smmute_client *client, struct smmute_transaction *t)
{
	xa_erase(&client->transactions, t->id);
	client->nr_transactions--;
}

static void set_running(struct smmute_transaction *t)
{
	t->looked_at = jiffies;
	list_add_tail(&t->running, &t->vector->running);
	if (t->client)
		t->client->nr_running++;
}

/* Launch @t, whose frame and, for P2P, whose pair's are programmed. */
void smmute_start(struct smmute_transaction *t)
{
	struct smmute_engine *engine = t->engine;
	struct smmute_transaction *pair = t->pair;
	u32 state;

	mutex_lock(&engine->running_lock);
	set_running(t);
	if (pair)
		set_running(pair);
	smmute_frame_launch(t);
	mutex_unlock(&engine->running_lock);

	/* No interrupt follows a refusal, nor comes from a device that is not there. */
	state = smmute_frame_state(t);
	if (state == SMMUTE_CMD_MISCONFIGURED ||
	    (state == SMMUTE_CMD_ERROR && !pci_device_is_present(engine->pdev)))
		smmute_transaction_look(t);
}

/* Turn a prepared transaction into what was asked for, and launch it. */
static int aim_and_start(struct smmute_client *client, struct smmute_transaction *t,
			 const struct smmute_common *common, u64 output_start)
{
	int err;

	if (t->command == SMMUTE_CMD_MEMCPY) {
		struct smmute_buffer *to = smmute_buffer_get(client, output_start, common->size);

		if (IS_ERR(to))
			return PTR_ERR(to);
		t->destination = to;
		t->output = to->dma + (output_start - to->start);
	}
	if (common->flags & SMMUTE_FAULT_FLAGS) {
		err = smmute_fault_aim(t, common);
		if (err)
			return err;
	}
	err = smmute_own(client, t);
	if (err)
		return err;
	smmute_set_range(t, common->size, common->flags & SMMUTE_FLAG_FAULT);
	smmute_frame_program(t);
	smmute_start(t);
	return 0;
}

static int launch(struct smmute_client *client, u32 command,
		  const struct smmute_common *common, u64 output_start, u64 *id)
{
	struct smmute_victim *victim;
	struct smmute_transaction *t;
	int err;

	err = smmute_admit(client, 1);
	if (err)
		return err;
	victim = smmute_fault_make(client, command, common);
	if (IS_ERR(victim))
		return PTR_ERR(victim);

	/* Once more, as that may have let go of the mutex. */
	err = smmute_admit(client, 1);
	t = err ? ERR_PTR(err) : smmute_prepare(client, command, common);
	if (IS_ERR(t)) {
		if (victim)
			smmute_victim_free(victim);
		return PTR_ERR(t);
	}
	t->victim = victim;
	err = aim_and_start(client, t, common, output_start);
	if (err)
		smmute_discard(t);
	else
		*id = t->id;
	return err;
}

/* What may be asked for at all, whoever asks. */
int smmute_check_request(const struct smmute_common *common, u32 flags)
{
	if (common->flags & SMMUTE_FLAG_SVA)
		return -ENODEV;
	return common->flags & ~flags || !common->size ? -EINVAL : 0;
}

/*
 * Begin one transaction and tell its @id. @output_start is MEMCPY's destination.
 *
 * -EINVAL: a bad request; -ESRCH: the client has no such buffer; -EBUSY: it has
 * too much unfinished; -ENODEV: there is no device; others see fault.c.
 */
int smmute_launch(struct smmute_client *client, u32 command,
		  const struct smmute_common *common, u64 output_start, u64 *id)
{
	struct smmute_engine *engine = client->engine;
	int err;

	err = smmute_fault_check(command, common);
	if (!err)
		err = smmute_check_request(common, SMMUTE_FLAG_FAULT | SMMUTE_FAULT_FLAGS);
	if (err)
		return err;
	err = smmute_lock_for_launch(engine);
	if (err)
		return err;
	err = launch(client, command, common, output_start, id);
	mutex_unlock(&engine->mutex);
	return err;
}

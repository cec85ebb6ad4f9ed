// SPDX-License-Identifier: GPL-2.0-only
/* From a request of user space to a running frame. */
#include <linux/atomic.h>
#include <linux/dma-mapping.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "compat.h"
#include "engine.h"
#include "frame.h"
#include "transaction.h"

static atomic64_t last_id;

/* Frames are taken in turn, so that a long run uses all of them. */
static int take_frame(struct smmute_engine *engine)
{
	unsigned long frame;

	frame = find_next_zero_bit(engine->frames, engine->nr_frames, engine->next_frame);
	if (frame >= engine->nr_frames)
		frame = find_first_zero_bit(engine->frames, engine->nr_frames);
	if (frame >= engine->nr_frames)
		return -EBUSY;
	set_bit(frame, engine->frames);
	engine->next_frame = (frame + 1) % engine->nr_frames;
	return frame;
}

/* Undo prepare() for a transaction that was not launched. */
static void discard(struct smmute_transaction *t)
{
	clear_bit(t->frame, t->engine->frames);
	smmute_transaction_put(t);
}

/* A transaction with a frame, a vector and its buffer, but nothing written to the device. */
static struct smmute_transaction *prepare(struct smmute_client *client, u32 command,
					  const struct smmute_common *common)
{
	struct smmute_engine *engine = client->engine;
	struct smmute_transaction *t;
	int frame, err;

	if (common->flags & SMMUTE_FLAG_SVA)
		return ERR_PTR(-ENODEV);
	if (common->flags & ~SMMUTE_FLAG_FAULT || !common->size)
		return ERR_PTR(-EINVAL);

	t = kzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);
	if (!t)
		return ERR_PTR(-ENOMEM);
	t->engine = engine;
	t->refs = 1;
	t->command = command;
	t->attr = common->attr;
	t->seed = common->seed;
	t->stride = common->stride ?: 1;
	INIT_LIST_HEAD(&t->running);
	init_completion(&t->done);

	t->input = smmute_buffer_get(client, common->input_start, common->size);
	if (IS_ERR(t->input)) {
		err = PTR_ERR(t->input);
		t->input = NULL;
		goto put;
	}
	frame = take_frame(engine);
	if (frame < 0) {
		err = frame;
		goto put;
	}
	t->frame = frame;
	t->vector = &engine->vectors[engine->next_vector++ % engine->nr_vectors];
	t->begin = t->input->dma + (common->input_start - t->input->start);
	t->output = t->begin;
	return t;
put:
	smmute_transaction_put(t);
	return ERR_PTR(err);
}

/* The range the device sees; with FAULT, one where nothing should be mapped. */
static void set_range(struct smmute_transaction *t, const struct smmute_common *common)
{
	if (common->flags & SMMUTE_FLAG_FAULT) {
		t->begin = ~t->begin;
		t->output = ~t->output;
	}
	if (check_add_overflow(t->begin, common->size - 1, &t->end_incl))
		t->end_incl = U64_MAX;
}

static int admit(struct smmute_client *client, unsigned int count)
{
	if (client->engine->gone)
		return -ENODEV;
	if (client->nr_transactions + count > SMMUTE_MAX_TRANSACTIONS)
		return -EBUSY;
	return 0;
}

static int own(struct smmute_client *client, struct smmute_transaction *t)
{
	int err;

	t->id = atomic64_inc_return(&last_id);
	err = xa_insert(&client->transactions, t->id, t, GFP_KERNEL_ACCOUNT);
	if (!err)
		client->nr_transactions++;
	return err;
}

static void disown(struct smmute_client *client, struct smmute_transaction *t)
{
	xa_erase(&client->transactions, t->id);
	client->nr_transactions--;
}

/* Launch @t, and with it the one it launches. */
static void launch(struct smmute_transaction *t)
{
	struct smmute_engine *engine = t->engine;
	struct smmute_transaction *second = t->launches;
	u32 state;

	mutex_lock(&engine->running_lock);
	list_add_tail(&t->running, &t->vector->running);
	if (second)
		list_add_tail(&second->running, &second->vector->running);
	smmute_frame_launch(t);
	mutex_unlock(&engine->running_lock);

	/* No interrupt follows a refusal, nor comes from a device that is not there. */
	state = smmute_frame_state(t);
	if (state == SMMUTE_CMD_MISCONFIGURED ||
	    (state == SMMUTE_CMD_ERROR && !pci_device_is_present(engine->pdev))) {
		mutex_lock(&engine->running_lock);
		if (!list_empty(&t->running))
			smmute_transaction_check(t);
		if (second && !list_empty(&second->running))
			smmute_transaction_check(second);
		mutex_unlock(&engine->running_lock);
	}
}

/**
 * smmute_launch() - begin one transaction
 * @output_start: MEMCPY's destination; others ignore it
 * @id: out
 *
 * Return: 0; -EINVAL for a bad request, -ESRCH if the client has no such
 * buffer, -EBUSY if it has too much unfinished, -ENODEV without a device.
 */
int smmute_launch(struct smmute_client *client, u32 command,
		  const struct smmute_common *common, u64 output_start, u64 *id)
{
	struct smmute_engine *engine = client->engine;
	struct smmute_transaction *t;
	int err;

	if (mutex_lock_interruptible(&engine->mutex))
		return -ERESTARTSYS;
	err = admit(client, 1);
	if (err)
		goto unlock;
	t = prepare(client, command, common);
	if (IS_ERR(t)) {
		err = PTR_ERR(t);
		goto unlock;
	}
	if (command == SMMUTE_CMD_MEMCPY) {
		struct smmute_buffer *to = smmute_buffer_get(client, output_start, common->size);

		if (IS_ERR(to)) {
			err = PTR_ERR(to);
			goto discard;
		}
		t->destination = to;
		t->output = to->dma + (output_start - to->start);
	}
	err = own(client, t);
	if (err)
		goto discard;

	set_range(t, common);
	smmute_frame_program(t);
	launch(t);
	*id = t->id;
	goto unlock;
discard:
	discard(t);
unlock:
	mutex_unlock(&engine->mutex);
	return err;
}

/* Let the device reach the second's frame as it reaches memory: through the IOMMU. */
static int map_target(struct smmute_transaction *first, struct smmute_transaction *second)
{
	struct device *dev = &first->engine->pdev->dev;

	first->target = dma_map_resource(dev, smmute_frame_phys(second), SMMUTE_FRAME_SIZE,
					 DMA_FROM_DEVICE, 0);
	if (dma_mapping_error(dev, first->target))
		return -EIO;
	first->has_target = true;
	return 0;
}

/**
 * smmute_launch_p2p() - begin a transaction that begins another
 * @ids: out, the first's and the second's
 *
 * The caller can change the command while it is in flight, so the second's
 * frame is set up such that any command stays within second's own buffer.
 *
 * Return: as smmute_launch().
 */
int smmute_launch_p2p(struct smmute_client *client, const struct smmute_p2p *params, u64 ids[2])
{
	struct smmute_engine *engine = client->engine;
	struct smmute_transaction *first, *second;
	struct smmute_common common = params->first;
	int err;

	if (params->command < SMMUTE_CMD_MEMCPY || params->command > SMMUTE_CMD_SUM64)
		return -EINVAL;
	/* The command and the control word behind it, whatever the caller's size. */
	common.size = sizeof(u64);
	common.stride = 1;

	if (mutex_lock_interruptible(&engine->mutex))
		return -ERESTARTSYS;
	err = admit(client, 2);
	if (err)
		goto unlock;
	first = prepare(client, SMMUTE_CMD_MEMCPY, &common);
	if (IS_ERR(first)) {
		err = PTR_ERR(first);
		goto unlock;
	}
	second = prepare(client, params->command, &params->second);
	if (IS_ERR(second)) {
		err = PTR_ERR(second);
		goto discard_first;
	}
	err = map_target(first, second);
	if (err)
		goto discard_second;
	err = own(client, first);
	if (err)
		goto discard_second;
	err = own(client, second);
	if (err)
		goto disown_first;

	first->output = first->target;
	first->launches = second;
	second->launcher = first;
	first->refs++;
	put_unaligned_le64(params->command,
			   first->input->cpu + (common.input_start - first->input->start));

	set_range(second, &params->second);
	smmute_frame_program(second);
	second->launched = smmute_frame_launched(second);
	set_range(first, &common);
	smmute_frame_program(first);
	launch(first);
	ids[0] = first->id;
	ids[1] = second->id;
	goto unlock;
disown_first:
	disown(client, first);
discard_second:
	discard(second);
discard_first:
	discard(first);
unlock:
	mutex_unlock(&engine->mutex);
	return err;
}

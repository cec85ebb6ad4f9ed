// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two frames of which each launches the other, by writes of the engine to its
 * own BAR, through the IOMMU as if it were memory:
 *
 *   1. the driver launches the first, which copies the command MEMCPY from the
 *      first's eight bytes to the second's frame;
 *   2. which copies the last command from the second's eight bytes to the first's;
 *   3. which does that to the first's eight bytes.
 *
 * Both end at once, when the chain has. The frames' own counts tell how far it
 * came, as a frame reads HALTED before each of its launches as it does after.
 *
 * The caller can change the eight bytes meanwhile. Both frames are set up such
 * that any command stays within them or writes to the other frame; the worst is
 * a chain that goes on for ever, and that is cut.
 */
#include <linux/dma-mapping.h>

#include "compat.h"
#include "engine.h"
#include "frame.h"
#include "transaction.h"

/* A command and the control word behind it. */
#define P2P_BYTES	sizeof(u64)

static u32 last_command(u32 ioctl_number)
{
	switch (ioctl_number) {
	case SMMUTE_IOCTL_RAND48:
		return SMMUTE_CMD_RAND48;
	case SMMUTE_IOCTL_SUM64:
		return SMMUTE_CMD_SUM64;
	default:
		/* MEMCPY too: the first frame would copy MEMCPY to the second once more. */
		return 0;
	}
}

/* Let the device reach @t's frame as it reaches memory; @from is who will. */
static int map_target(struct smmute_transaction *from, struct smmute_transaction *t)
{
	struct device *dev = &t->engine->pdev->dev;

	from->target = dma_map_resource(dev, smmute_frame_phys(t), SMMUTE_FRAME_SIZE,
					DMA_FROM_DEVICE, 0);
	if (dma_mapping_error(dev, from->target))
		return -EIO;
	from->has_target = true;
	from->output = from->target;
	return 0;
}

static void *eight_bytes(struct smmute_transaction *t, const struct smmute_common *common)
{
	return t->input->cpu + (common->input_start - t->input->start);
}

static int prepare_pair(struct smmute_client *client, const struct smmute_common common[2],
			struct smmute_transaction *pair[2])
{
	int err;

	pair[0] = smmute_prepare(client, SMMUTE_CMD_MEMCPY, &common[0]);
	if (IS_ERR(pair[0]))
		return PTR_ERR(pair[0]);
	pair[1] = smmute_prepare(client, SMMUTE_CMD_MEMCPY, &common[1]);
	if (IS_ERR(pair[1])) {
		err = PTR_ERR(pair[1]);
		goto discard_first;
	}
	err = map_target(pair[0], pair[1]);
	if (!err)
		err = map_target(pair[1], pair[0]);
	if (!err)
		return 0;
	smmute_discard(pair[1]);
discard_first:
	smmute_discard(pair[0]);
	return err;
}

static int own_pair(struct smmute_client *client, struct smmute_transaction *pair[2])
{
	int err = smmute_own(client, pair[0]);

	if (err)
		return err;
	err = smmute_own(client, pair[1]);
	if (err)
		smmute_disown(client, pair[0]);
	return err;
}

/* Begin a chain and tell the @ids of its first and its second. Errors as smmute_launch(). */
int smmute_launch_p2p(struct smmute_client *client, const struct smmute_p2p *params, u64 ids[2])
{
	struct smmute_common common[2] = { params->first, params->second };
	struct smmute_engine *engine = client->engine;
	u32 last = last_command(params->command);
	struct smmute_transaction *pair[2];
	unsigned int n;
	int err;

	/* Bytes that hold one command cannot hold the other. */
	if (!last || max(common[0].input_start, common[1].input_start) -
		     min(common[0].input_start, common[1].input_start) < P2P_BYTES)
		return -EINVAL;
	for (n = 0; n < 2; n++) {
		common[n].size = P2P_BYTES;
		common[n].stride = 1;
		err = smmute_check_request(&common[n], SMMUTE_FLAG_FAULT);
		if (err)
			return err;
	}

	err = smmute_lock_for_launch(engine);
	if (err)
		return err;
	err = smmute_admit(client, 2);
	if (!err)
		err = prepare_pair(client, common, pair);
	if (err)
		goto unlock;
	err = own_pair(client, pair);
	if (err) {
		smmute_discard(pair[1]);
		smmute_discard(pair[0]);
		goto unlock;
	}

	pair[0]->pair = pair[1];
	pair[1]->pair = pair[0];
	pair[1]->is_second = true;
	pair[0]->word = eight_bytes(pair[0], &common[0]);
	put_unaligned_le64(SMMUTE_CMD_MEMCPY, pair[0]->word);
	put_unaligned_le64(last, eight_bytes(pair[1], &common[1]));

	/* A fault is the first's alone: the second is launched by it, or not at all. */
	smmute_set_range(pair[0], P2P_BYTES, common[0].flags & SMMUTE_FLAG_FAULT);
	smmute_set_range(pair[1], P2P_BYTES, false);
	for (n = 0; n < 2; n++) {
		smmute_frame_program(pair[n]);
		pair[n]->launched = smmute_frame_launched(pair[n]);
		ids[n] = pair[n]->id;
	}
	smmute_start(pair[0]);
unlock:
	mutex_unlock(&engine->mutex);
	return err;
}

/* What a frame shows; with the launches of this chain only. */
struct look {
	u32 state;
	u32 launches;
};

static u32 launches_of(const struct smmute_transaction *t)
{
	return smmute_frame_launched(t) - t->launched;
}

/*
 * True if nothing runs, and so nothing will begin: that only what runs can do.
 * Counts that are the same before and after say that nothing began in between.
 */
static bool stands_still(const struct smmute_transaction *first, struct look *one,
			 const struct smmute_transaction *second, struct look *two)
{
	one->launches = launches_of(first);
	two->launches = launches_of(second);
	one->state = smmute_frame_state(first);
	two->state = smmute_frame_state(second);
	return !smmute_is_running(one->state) && !smmute_is_running(two->state) &&
	       launches_of(first) == one->launches && launches_of(second) == two->launches;
}

/* A write of the engine may still be on its way, for all its frame knows. */
static bool is_given_up(struct smmute_transaction *first)
{
	if (!first->stalled)
		first->stalled = jiffies ?: 1;
	return time_after(jiffies, first->stalled + SMMUTE_POLL_INTERVAL);
}

/* Finish @t, which is running, and its pair, if their chain has ended. True if it has. */
bool smmute_p2p_check(struct smmute_transaction *t)
{
	struct smmute_transaction *first = t->is_second ? t->pair : t;
	struct smmute_transaction *second = first->pair;
	struct look one, two;

	lockdep_assert_held(&t->engine->running_lock);

	if (!stands_still(first, &one, second, &two)) {
		/* Somebody made the last command MEMCPY. Make the next harmless. */
		if (one.launches > 2 || two.launches > 1)
			put_unaligned_le64(SMMUTE_CMD_HALTED, first->word);
		return false;
	}

	if (one.state != SMMUTE_CMD_HALTED) {
		/* In step 1, which then did not get to the second, or in step 3. */
		smmute_transaction_finish_as(first, one.state);
		if (two.launches) {
			smmute_transaction_finish_as(second, two.state);
		} else {
			second->silent = true;
			smmute_transaction_finish(second, EIO, first->value);
		}
	} else if (one.launches == 2 && two.launches == 1) {
		smmute_transaction_finish_as(first, one.state);
		smmute_transaction_finish_as(second, two.state);
	} else if (two.state != SMMUTE_CMD_HALTED) {
		smmute_transaction_finish_as(second, two.state);
		smmute_transaction_finish(first, EIO, second->value);
	} else if (one.launches > 2 || two.launches > 1 || is_given_up(first)) {
		first->silent = true;
		second->silent = true;
		smmute_transaction_finish(first, EIO, 0);
		smmute_transaction_finish(second, two.launches == 1 ? 0 : EIO, 0);
	} else {
		return false;
	}
	return true;
}

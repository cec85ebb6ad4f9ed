// SPDX-License-Identifier: GPL-2.0-only
/* Frames: their registers, and who has which. Every read is a round trip to the device; writes are posted. */
#include <linux/bitmap.h>
#include <linux/io-64-nonatomic-lo-hi.h>

#include "engine.h"
#include "frame.h"

static size_t frame_offset(const struct smmute_transaction *t)
{
	return (size_t)(t->frame / SMMUTE_PAIR_FRAMES) * SMMUTE_PAIR_SIZE +
	       t->frame % SMMUTE_PAIR_FRAMES * SMMUTE_FRAME_SIZE;
}

static void __iomem *user_frame(const struct smmute_transaction *t)
{
	return t->engine->bar + frame_offset(t);
}

/* Everything but the command. HALTED goes first, as an ended frame may still say ERROR. */
void smmute_frame_program(const struct smmute_transaction *t)
{
	void __iomem *user = user_frame(t);
	void __iomem *priv = user + SMMUTE_PRIV_OFFSET;
	unsigned int n;

	writel_relaxed(SMMUTE_PCTRL_NS, priv + SMMUTE_PCTRL);
	writel_relaxed(0, priv + SMMUTE_PORT);
	writel_relaxed(0, priv + SMMUTE_STREAMID);
	writel_relaxed(t->substream, priv + SMMUTE_SUBSTREAMID);

	writel_relaxed(SMMUTE_CMD_HALTED, user + SMMUTE_CMD);
	writel_relaxed(0, user + SMMUTE_UCTRL);
	writeq_relaxed(!t->silent, user + SMMUTE_MSI_ADDRESS);
	writel_relaxed(t->vector->index, user + SMMUTE_MSI_DATA);
	writel_relaxed(0, user + SMMUTE_MSI_ATTR);
	writel_relaxed(t->attr, user + SMMUTE_ATTRIBUTES);
	writel_relaxed(t->seed, user + SMMUTE_SEED);
	writeq_relaxed(t->begin, user + SMMUTE_BEGIN);
	writeq_relaxed(t->end_incl, user + SMMUTE_END_INCL);
	writeq_relaxed(t->stride, user + SMMUTE_STRIDE);
	writeq_relaxed(t->output, user + SMMUTE_UDATA(SMMUTE_UDATA_OUTPUT));
	for (n = SMMUTE_UDATA_OUTPUT + 1; n < SMMUTE_NR_UDATA; n++)
		writeq_relaxed(0, user + SMMUTE_UDATA(n));
}

/* writel() orders the buffers' contents, and the registers above, before the command. */
void smmute_frame_launch(const struct smmute_transaction *t)
{
	writel(t->command, user_frame(t) + SMMUTE_CMD);
}

/* readl() orders what the device has written before what the caller reads next. */
u32 smmute_frame_state(const struct smmute_transaction *t)
{
	return readl(user_frame(t) + SMMUTE_CMD);
}

u32 smmute_frame_launched(const struct smmute_transaction *t)
{
	return readl_relaxed(user_frame(t) + SMMUTE_LAUNCHED);
}

u64 smmute_frame_udata(const struct smmute_transaction *t, unsigned int n)
{
	return readq_relaxed(user_frame(t) + SMMUTE_UDATA(n));
}

phys_addr_t smmute_frame_phys(const struct smmute_transaction *t)
{
	return pci_resource_start(t->engine->pdev, 0) + frame_offset(t);
}

/*
 * Frames are taken in turn, so that a long run uses all of them, the next one
 * half way around: so a short run uses all pairs of pages. The step has no
 * divisor in common with the number of frames.
 *
 * A frame that still runs something would ignore what it is told, and its end
 * would be taken for that of a transaction it does not work on: such are left
 * alone until the next reset. Mutex held.
 */
int smmute_frame_take(struct smmute_transaction *t)
{
	struct smmute_engine *engine = t->engine;
	unsigned long frame;
	u32 state;

	for (;;) {
		frame = find_next_zero_bit(engine->frames, engine->nr_frames, engine->next_frame);
		if (frame >= engine->nr_frames)
			frame = find_first_zero_bit(engine->frames, engine->nr_frames);
		if (frame >= engine->nr_frames)
			return -EBUSY;
		set_bit(frame, engine->frames);
		engine->next_frame = (frame + engine->nr_frames / 2 + 1) % engine->nr_frames;
		t->frame = frame;

		state = smmute_frame_state(t);
		if (state == SMMUTE_CMD_HALTED || state == SMMUTE_CMD_ERROR ||
		    state == SMMUTE_CMD_MISCONFIGURED)
			return 0;
		set_bit(frame, engine->busy_frames);
		dev_warn_ratelimited(&engine->pdev->dev, "frame %lu is not idle (0x%x): skipped\n",
				     frame, state);
	}
}

void smmute_frame_give(struct smmute_transaction *t)
{
	clear_bit(t->frame, t->engine->frames);
}

/* Nothing runs any more. Mutex held. */
void smmute_frames_were_reset(struct smmute_engine *engine)
{
	bitmap_andnot(engine->frames, engine->frames, engine->busy_frames, engine->nr_frames);
	bitmap_zero(engine->busy_frames, engine->nr_frames);
}

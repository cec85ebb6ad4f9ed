// SPDX-License-Identifier: GPL-2.0-only
/* One frame's registers. Every read is a round trip to the device; writes are posted. */
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

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Launches that strike where the engine must not reach. The struck side of a
 * command gets another address; the other side is the caller's buffer as usual.
 *
 *   STALE      was mapped, and used by the engine, until just before
 *   PAST       the end of a mapping, with unmapped addresses behind it
 *   READONLY   mapped, but not for writing
 *   FOREIGN    a physical address the engine was never given
 *   SUBSTREAM  an address the engine was given, with a PASID it was not
 */
#include <linux/delay.h>
#include <linux/ioport.h>
#include <linux/iommu.h>
#include <linux/sched/signal.h>

#include "engine.h"
#include "fault.h"
#include "frame.h"
#include "transaction.h"

/* Where to look for addresses nothing answers to, if nothing translates them. */
#define FOREIGN_STEP	SZ_128M
#define FOREIGN_TRIES	8192
/* How many pages are tried until one is mapped nowhere. */
#define FOREIGN_PAGES	8

/* How long the engine may take to read a victim. It works off what was launched before. */
#define PRIME_TIMEOUT	(10 * HZ)

static bool strikes_output(u32 command, u32 flags)
{
	return command == SMMUTE_CMD_MEMCPY && !(flags & SMMUTE_FLAG_ON_READ);
}

/* How much of a range lies before the end of the mapping; 0 if it cannot be run over. */
static size_t bytes_inside(u32 command, const struct smmute_common *common)
{
	u64 unit = max(common->stride, command == SMMUTE_CMD_SUM64 ? 8u : 1u);
	u64 inside = min_t(u64, common->size / 2, PAGE_SIZE);

	/* The engine goes by units: have one begin right behind the end. */
	inside = max(inside - inside % unit, unit);
	return inside < common->size && inside <= PAGE_SIZE ? inside : 0;
}

/* Whether a launch may ask for this; -EINVAL if not. */
int smmute_fault_check(u32 command, const struct smmute_common *common)
{
	u32 kind = common->flags & SMMUTE_FAULT_KINDS;
	bool on_read = common->flags & SMMUTE_FLAG_ON_READ;

	if (!kind)
		return on_read ? -EINVAL : 0;
	if (!is_power_of_2(kind) || common->flags & (SMMUTE_FLAG_SVA | SMMUTE_FLAG_FAULT))
		return -EINVAL;
	if (kind == SMMUTE_FLAG_SUBSTREAM)
		return on_read ? -EINVAL : 0;
	if (common->size > SMMUTE_FAULT_MAX_SIZE)
		return -EINVAL;
	if (on_read ? command == SMMUTE_CMD_RAND48 || kind == SMMUTE_FLAG_READONLY :
		      command == SMMUTE_CMD_SUM64)
		return -EINVAL;
	return kind == SMMUTE_FLAG_PAST && !bytes_inside(command, common) ? -EINVAL : 0;
}

/*
 * Have the engine read all of @victim, so that whatever it and the IOMMU keep of
 * translations holds this one. No result and no interrupt come of it.
 *
 * The mutex is not held while it waits. The reading transaction owns the victim,
 * and keeps it if this gives up or the engine goes meanwhile.
 */
static int prime(struct smmute_client *client, struct smmute_victim *victim, u32 attr)
{
	struct smmute_engine *engine = client->engine;
	unsigned long deadline = jiffies + PRIME_TIMEOUT;
	struct smmute_transaction *t;
	int err;

	t = smmute_transaction_alloc(engine, SMMUTE_CMD_SUM64);
	if (!t) {
		smmute_victim_free(victim);
		return -ENOMEM;
	}
	t->victim = victim;
	t->silent = true;
	t->vector = &engine->vectors[0];
	t->attr = attr;
	t->begin = victim->dma;
	smmute_set_range(t, victim->size, false);
	err = smmute_frame_take(t);
	if (err) {
		smmute_transaction_put(t);
		return err;
	}

	/* The watch drops one reference when it has ended, we another. */
	t->refs++;
	list_add_tail(&t->node, &engine->orphans);
	smmute_frame_program(t);
	smmute_start(t);
	while (!err && !smmute_transaction_look(t) && !completion_done(&t->done)) {
		mutex_unlock(&engine->mutex);
		usleep_range(100, 200);
		mutex_lock(&engine->mutex);
		if (engine->gone)
			err = -ENODEV;
		else if (signal_pending(current))
			err = -ERESTARTSYS;
		else if (time_after(jiffies, deadline))
			err = -ETIMEDOUT;
	}
	if (!err && t->status)
		err = -EIO;
	if (!err)
		t->victim = NULL;
	smmute_transaction_put(t);
	return err;
}

/* Both take over @victim if they fail. */
static int make_stale(struct smmute_client *client, struct smmute_victim *victim, u32 attr)
{
	int err;

	err = smmute_victim_map(victim, DMA_BIDIRECTIONAL);
	if (err) {
		smmute_victim_free(victim);
		return err;
	}
	err = prime(client, victim, attr);
	if (err)
		return err;
	err = smmute_victim_shrink(victim, 0);
	if (err)
		smmute_victim_free(victim);
	return err;
}

static int make_mapped(struct smmute_victim *victim, u32 kind)
{
	int err;

	if (kind == SMMUTE_FLAG_READONLY) {
		err = smmute_victim_map(victim, DMA_TO_DEVICE);
	} else {
		err = smmute_victim_map(victim, DMA_BIDIRECTIONAL);
		if (!err)
			err = smmute_victim_shrink(victim, PAGE_SIZE);
		victim->reach = PAGE_SIZE;
	}
	if (err)
		smmute_victim_free(victim);
	return err;
}

static bool is_mapped(struct iommu_domain *domain, phys_addr_t start, size_t size)
{
	phys_addr_t at;

	for (at = start; at < start + size; at += PAGE_SIZE)
		if (iommu_iova_to_phys(domain, at))
			return true;
	return false;
}

/* Memory whose physical address is nobody's DMA address. */
static struct smmute_victim *make_foreign(struct smmute_engine *engine, size_t size)
{
	struct iommu_domain *domain = smmute_domain(engine);
	struct smmute_victim *tried[FOREIGN_PAGES], *victim = ERR_PTR(-ENOSPC);
	unsigned int n = 0;

	/* Those that will not do are kept until one does, or they would be tried again. */
	while (n < FOREIGN_PAGES && victim == ERR_PTR(-ENOSPC)) {
		tried[n] = smmute_victim_alloc(engine, size);
		if (IS_ERR(tried[n]))
			victim = tried[n];
		else if (is_mapped(domain, tried[n]->phys, tried[n]->size))
			n++;
		else
			victim = tried[n];
	}
	while (n--)
		smmute_victim_free(tried[n]);
	if (!IS_ERR(victim))
		victim->dma = victim->phys;
	return victim;
}

/*
 * What the launch strikes at, or NULL if that is no memory of ours. -EOPNOTSUPP
 * if nothing translates; -ENOSPC if there is no such place.
 */
struct smmute_victim *smmute_fault_make(struct smmute_client *client, u32 command,
					const struct smmute_common *common)
{
	struct smmute_engine *engine = client->engine;
	u32 kind = common->flags & SMMUTE_FAULT_KINDS;
	struct smmute_victim *victim;
	size_t size = common->size;
	int err;

	if (!kind || kind == SMMUTE_FLAG_SUBSTREAM)
		return NULL;
	if (!smmute_domain(engine))
		return kind == SMMUTE_FLAG_FOREIGN ? NULL : ERR_PTR(-EOPNOTSUPP);
	if (kind == SMMUTE_FLAG_FOREIGN)
		return make_foreign(engine, size);
	if (kind == SMMUTE_FLAG_PAST)
		size = PAGE_SIZE + size - bytes_inside(command, common);

	victim = smmute_victim_alloc(engine, size);
	if (IS_ERR(victim))
		return victim;
	if (kind == SMMUTE_FLAG_STALE)
		err = make_stale(client, victim, common->attr);
	else
		err = make_mapped(victim, kind);
	return err ? ERR_PTR(err) : victim;
}

/* The first address above @from where nothing is: no memory, no device. 0 if there is none. */
static u64 find_nothing(u64 from, u64 size)
{
	u64 address = ALIGN(from, FOREIGN_STEP);
	unsigned int n;

	for (n = 0; n < FOREIGN_TRIES; n++, address += FOREIGN_STEP)
		if (region_intersects(address, size, 0, IORES_DESC_NONE) == REGION_DISJOINT)
			return address;
	return 0;
}

/* Turn @t, which is set up to do what was asked for, to where it must not get. */
int smmute_fault_aim(struct smmute_transaction *t, const struct smmute_common *common)
{
	u64 *side = strikes_output(t->command, common->flags) ? &t->output : &t->begin;

	switch (common->flags & SMMUTE_FAULT_KINDS) {
	case SMMUTE_FLAG_SUBSTREAM:
		t->substream = 1;
		t->expected = t->begin;
		break;
	case SMMUTE_FLAG_PAST:
		t->expected = t->victim->dma + PAGE_SIZE;
		*side = t->expected - bytes_inside(t->command, common);
		break;
	default:
		t->expected = t->victim ? t->victim->dma : find_nothing(*side, common->size);
		*side = t->expected;
	}
	return t->expected ? 0 : -ENOSPC;
}

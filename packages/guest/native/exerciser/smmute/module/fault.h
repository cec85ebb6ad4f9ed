/* SPDX-License-Identifier: GPL-2.0-only */
/* Isolation faults: memory that the engine must not reach, and launches that try. */
#ifndef SMMUTE_FAULT_H
#define SMMUTE_FAULT_H

#include <linux/dma-direction.h>
#include <linux/sizes.h>

#include "engine.h"

/* One kind at most. ON_READ goes with any. */
#define SMMUTE_FAULT_KINDS	(SMMUTE_FLAG_STALE | SMMUTE_FLAG_PAST | SMMUTE_FLAG_READONLY | \
				 SMMUTE_FLAG_FOREIGN | SMMUTE_FLAG_SUBSTREAM)
#define SMMUTE_FAULT_FLAGS	(SMMUTE_FAULT_KINDS | SMMUTE_FLAG_ON_READ)
#define SMMUTE_FAULT_MAX_SIZE	SZ_64K

/* Whole pages of kernel memory, contiguous, full of a pattern; and their mapping for the engine, if any. */
struct smmute_victim {
	struct smmute_engine *engine;
	void *cpu;
	size_t size;
	size_t reach;			/* how much of it the engine may change */
	u64 seed;			/* of the pattern */
	struct smmute_charge charge;

	enum dma_data_direction direction;	/* DMA_NONE: not mapped */
	dma_addr_t dma;
	phys_addr_t phys;
	size_t mapped;			/* how much of it the IOMMU translates still */
};

/* victim.c; all with the mutex held */
struct iommu_domain *smmute_domain(struct smmute_engine *engine);
struct smmute_victim *smmute_victim_alloc(struct smmute_engine *engine, size_t size);
int smmute_victim_map(struct smmute_victim *victim, enum dma_data_direction direction);
int smmute_victim_shrink(struct smmute_victim *victim, size_t size);
bool smmute_victim_free(struct smmute_victim *victim);

/* fault.c; all with the mutex held, which make may let go of for a while */
int smmute_fault_check(u32 command, const struct smmute_common *common);
struct smmute_victim *smmute_fault_make(struct smmute_client *client, u32 command,
					const struct smmute_common *common);
int smmute_fault_aim(struct smmute_transaction *t, const struct smmute_common *common);

#endif

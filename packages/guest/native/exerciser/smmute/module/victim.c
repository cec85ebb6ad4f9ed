// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for the engine to strike at in vain. It is the driver's own, so that
 * nobody is harmed if the engine does get through.
 *
 * An address must stay unmapped for as long as a transaction may strike there.
 * dma_unmap_single() would give it to whoever maps next, this driver's next
 * victim above all, and a late access would then hit, or pass for allowed. So
 * the DMA API's mapping is kept, which reserves the addresses, and the pages
 * behind it are taken away by the IOMMU API, which also waits until no stale
 * translation is left, however lazily the DMA API would do so.
 */
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/iommu.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "compat.h"
#include "engine.h"
#include "fault.h"

/* What translates the engine's addresses, or NULL if they are physical for all the kernel knows. */
struct iommu_domain *smmute_domain(struct smmute_engine *engine)
{
#ifdef CONFIG_IOMMU_API
	struct iommu_domain *domain = iommu_get_domain_for_dev(&engine->pdev->dev);

	return domain && domain->type & __IOMMU_DOMAIN_PAGING ? domain : NULL;
#else
	return NULL;
#endif
}

/* No two words alike, and nothing a device could put back. */
static u64 pattern(const struct smmute_victim *victim, size_t word)
{
	return victim->seed + word * 0x9e3779b97f4a7c15ull;
}

static void fill(struct smmute_victim *victim)
{
	u64 *words = victim->cpu;
	size_t n;

	for (n = 0; n < victim->size / sizeof(u64); n++)
		words[n] = pattern(victim, n);
}

static bool is_touched(const struct smmute_victim *victim)
{
	const u64 *words = victim->cpu;
	size_t n;

	for (n = victim->reach / sizeof(u64); n < victim->size / sizeof(u64); n++)
		if (READ_ONCE(words[n]) != pattern(victim, n))
			return true;
	return false;
}

/* At least @size bytes, unmapped. To be given back with smmute_victim_free(). */
struct smmute_victim *smmute_victim_alloc(struct smmute_engine *engine, size_t size)
{
	struct smmute_victim *victim;
	int err = -ENOMEM;

	victim = kzalloc(sizeof(*victim), GFP_KERNEL_ACCOUNT);
	if (!victim)
		return ERR_PTR(-ENOMEM);
	victim->engine = engine;
	victim->size = PAGE_ALIGN(size);
	victim->direction = DMA_NONE;
	victim->seed = get_random_u64();
	err = smmute_charge(&victim->charge, victim->size);
	if (err)
		goto free;
	victim->cpu = alloc_pages_exact(victim->size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN |
					__GFP_RETRY_MAYFAIL);
	if (!victim->cpu) {
		err = -ENOMEM;
		goto uncharge;
	}
	victim->phys = virt_to_phys(victim->cpu);
	fill(victim);
	return victim;
uncharge:
	smmute_uncharge(&victim->charge);
free:
	kfree(victim);
	return ERR_PTR(err);
}

int smmute_victim_map(struct smmute_victim *victim, enum dma_data_direction direction)
{
	struct device *dev = &victim->engine->pdev->dev;

	victim->dma = dma_map_single(dev, victim->cpu, victim->size, direction);
	if (dma_mapping_error(dev, victim->dma))
		return -ENOMEM;
	victim->direction = direction;
	victim->mapped = victim->size;
	return 0;
}

static int map_pages(struct smmute_victim *victim, struct iommu_domain *domain, size_t size)
{
	int prot = IOMMU_READ | IOMMU_WRITE;
	int err;

	if (!size)
		return 0;
	if (dev_is_dma_coherent(&victim->engine->pdev->dev))
		prot |= IOMMU_CACHE;
	err = smmute_iommu_map(domain, victim->dma, victim->phys, size, prot);
	if (!err)
		victim->mapped = size;
	return err;
}

/* Let the engine reach @size bytes, whole pages, where it could reach more or all; others stay reserved. */
int smmute_victim_shrink(struct smmute_victim *victim, size_t size)
{
	struct iommu_domain *domain = smmute_domain(victim->engine);
	size_t unmapped;

	/* All of it first: an IOMMU need not be able to cut a mapping. */
	unmapped = iommu_unmap(domain, victim->dma, victim->mapped);
	if (WARN_ON_ONCE(unmapped != victim->mapped))
		return -EIO;
	victim->mapped = 0;
	return map_pages(victim, domain, size);
}

/* As the DMA API left it, so that it can undo it. */
static int restore(struct smmute_victim *victim)
{
	struct iommu_domain *domain = smmute_domain(victim->engine);

	if (victim->mapped == victim->size)
		return 0;
	if (victim->mapped && iommu_unmap(domain, victim->dma, victim->mapped) != victim->mapped)
		return -EIO;
	victim->mapped = 0;
	return map_pages(victim, domain, victim->size);
}

static void unmap(struct smmute_victim *victim)
{
	struct device *dev = &victim->engine->pdev->dev;

	if (restore(victim))
		dev_warn(dev, "DMA addresses from %pad on are lost\n", &victim->dma);
	else
		dma_unmap_single(dev, victim->dma, victim->size, victim->direction);
}

/* No transaction strikes at it any more. True if the engine has changed what it must not. */
bool smmute_victim_free(struct smmute_victim *victim)
{
	bool touched;

	if (victim->direction != DMA_NONE)
		unmap(victim);
	touched = is_touched(victim);
	free_pages_exact(victim->cpu, victim->size);
	smmute_uncharge(&victim->charge);
	kfree(victim);
	return touched;
}

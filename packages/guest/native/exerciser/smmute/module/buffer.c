// SPDX-License-Identifier: GPL-2.0-only
/* DMA memory: made by mmap(2), found again by its address, freed when nobody uses it. */
#include <linux/dma-mapping.h>
#include <linux/overflow.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "compat.h"
#include "engine.h"

/* Per file, whatever the user may have. Enough for hundreds of small buffers, or for a few large ones. */
#define MAX_BUFFERS	1024
/* Two buffers of the largest size that plans have, with room around them. */
#define MAX_BYTES	(SZ_64M + SZ_1M)

static void free_memory(struct smmute_buffer *buffer)
{
	if (buffer->cpu)
		dma_free_coherent(&buffer->engine->pdev->dev, buffer->size,
				  buffer->cpu, buffer->dma);
	buffer->cpu = NULL;
	smmute_uncharge(&buffer->charge);
}

static void free_if_unused(struct smmute_buffer *buffer)
{
	struct smmute_client *client = buffer->client;

	if (buffer->vmas || buffer->users)
		return;
	free_memory(buffer);
	if (client) {
		client->nr_buffers--;
		client->buffer_bytes -= buffer->size;
	}
	mmdrop(buffer->mm);
	kfree(buffer);
}

static void buffer_vma_open(struct vm_area_struct *vma)
{
	struct smmute_buffer *buffer = vma->vm_private_data;

	mutex_lock(&buffer->engine->mutex);
	buffer->vmas++;
	mutex_unlock(&buffer->engine->mutex);
}

static void buffer_vma_close(struct vm_area_struct *vma)
{
	struct smmute_buffer *buffer = vma->vm_private_data;
	struct smmute_engine *engine = buffer->engine;

	mutex_lock(&engine->mutex);
	if (!--buffer->vmas)
		list_del(&buffer->node);
	free_if_unused(buffer);
	mutex_unlock(&engine->mutex);
}

/* A buffer is found by the address it was given: it may be neither cut nor moved. */
static int buffer_vma_may_split(struct vm_area_struct *vma, unsigned long address)
{
	return -EINVAL;
}

static int buffer_vma_mremap(struct vm_area_struct *vma)
{
	return -EINVAL;
}

static const struct vm_operations_struct buffer_vm_ops = {
	.open = buffer_vma_open,
	.close = buffer_vma_close,
	.may_split = buffer_vma_may_split,
	.mremap = buffer_vma_mremap,
};

static void *alloc_memory(struct device *dev, size_t size, dma_addr_t *dma)
{
	void *cpu = NULL;

	/*
	 * Without an IOMMU, what may wait is taken from CMA: the allocator then has all
	 * processors drain their lists, and waits for a grace period of RCU.
	 */
	if (!device_iommu_mapped(dev))
		cpu = dma_alloc_coherent(dev, size, dma,
					 GFP_NOWAIT | __GFP_ACCOUNT | __GFP_NOWARN);
	/* Behind one it takes single pages to the last: fail before an OOM kill. */
	return cpu ?: dma_alloc_coherent(dev, size, dma, GFP_KERNEL_ACCOUNT | __GFP_NOWARN |
					 __GFP_RETRY_MAYFAIL);
}

static int allocate(struct smmute_client *client, struct vm_area_struct *vma)
{
	struct smmute_engine *engine = client->engine;
	struct device *dev = &engine->pdev->dev;
	size_t size = vma->vm_end - vma->vm_start;
	struct smmute_buffer *buffer;
	int err;

	if (engine->gone)
		return -ENODEV;
	if (client->nr_buffers >= MAX_BUFFERS || size > MAX_BYTES - client->buffer_bytes)
		return -ENOMEM;

	buffer = kzalloc(sizeof(*buffer), GFP_KERNEL_ACCOUNT);
	if (!buffer)
		return -ENOMEM;
	err = smmute_charge(&buffer->charge, size);
	if (err)
		goto free_buffer;
	buffer->cpu = alloc_memory(dev, size, &buffer->dma);
	if (!buffer->cpu) {
		err = -ENOMEM;
		goto uncharge;
	}
	/* A child would have the address without the buffer: leave it out of fork(2). */
	vm_flags_set(vma, VM_DONTCOPY | VM_DONTEXPAND);
	err = dma_mmap_coherent(dev, vma, buffer->cpu, buffer->dma, size);
	if (err)
		goto free_memory;

	buffer->engine = engine;
	buffer->client = client;
	buffer->mm = vma->vm_mm;
	mmgrab(buffer->mm);
	buffer->start = vma->vm_start;
	buffer->size = size;
	buffer->vmas = 1;
	list_add_tail(&buffer->node, &client->buffers);
	client->nr_buffers++;
	client->buffer_bytes += size;
	vma->vm_private_data = buffer;
	vma->vm_ops = &buffer_vm_ops;
	return 0;

free_memory:
	dma_free_coherent(dev, size, buffer->cpu, buffer->dma);
uncharge:
	smmute_uncharge(&buffer->charge);
free_buffer:
	kfree(buffer);
	return err;
}

int smmute_buffer_mmap(struct smmute_client *client, struct vm_area_struct *vma)
{
	int err;

	/* A private mapping would show the device's writes only until the first of our own. */
	if (!(vma->vm_flags & VM_SHARED) || vma->vm_pgoff)
		return -EINVAL;

	mutex_lock(&client->engine->mutex);
	err = allocate(client, vma);
	mutex_unlock(&client->engine->mutex);
	return err;
}

/*
 * The client's buffer that holds all of a range, to be given back with
 * smmute_buffer_put(); -EINVAL if the range has no end, -ESRCH if it is not
 * within one buffer of the calling process.
 */
struct smmute_buffer *smmute_buffer_get(struct smmute_client *client, u64 start, u64 size)
{
	struct smmute_buffer *buffer;
	u64 end;

	if (check_add_overflow(start, size, &end))
		return ERR_PTR(-EINVAL);
	list_for_each_entry(buffer, &client->buffers, node) {
		if (buffer->mm != current->mm || start < buffer->start ||
		    end > buffer->start + buffer->size)
			continue;
		buffer->users++;
		return buffer;
	}
	return ERR_PTR(-ESRCH);
}

void smmute_buffer_put(struct smmute_buffer *buffer)
{
	buffer->users--;
	free_if_unused(buffer);
}

/* A buffer whose mmap(2) may not be over yet; its mm with a reference. */
static struct mm_struct *next_unlinked(struct smmute_engine *engine)
{
	struct smmute_client *client;
	struct smmute_buffer *buffer;
	struct mm_struct *mm = NULL;

	mutex_lock(&engine->mutex);
	list_for_each_entry(client, &engine->clients, node)
		list_for_each_entry(buffer, &client->buffers, node) {
			if (mm || buffer->linked)
				continue;
			buffer->linked = true;
			mm = buffer->mm;
			mmgrab(mm);
		}
	mutex_unlock(&engine->mutex);
	return mm;
}

/*
 * The function is going away, and with it its DMA memory: take that from the
 * processes that have it mapped, which get SIGBUS if they touch it again.
 *
 * The engine is gone already, so no new buffer appears, but an mmap(2) past our
 * part of it may not have put its VMA where unmap_mapping_range() finds it.
 * It holds its mmap_lock until it has.
 */
void smmute_buffers_revoke(struct smmute_engine *engine)
{
	struct smmute_client *client;
	struct smmute_buffer *buffer;
	struct mm_struct *mm;

	while ((mm = next_unlinked(engine))) {
		mmap_read_lock(mm);
		mmap_read_unlock(mm);
		mmdrop(mm);
	}

	mutex_lock(&engine->mutex);
	list_for_each_entry(client, &engine->clients, node) {
		unmap_mapping_range(client->mapping, 0, 0, 1);
		list_for_each_entry(buffer, &client->buffers, node)
			free_memory(buffer);
	}
	mutex_unlock(&engine->mutex);
}

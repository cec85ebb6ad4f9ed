// SPDX-License-Identifier: GPL-2.0-only
/* One DMA. */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/jiffies.h>

#include "edu.h"

/* The device takes 100 ms of its own time for any transfer. */
#define EDU_LOOK_MS	500
#define EDU_LOOKS	20

/* Whoever waits is not left alone with a lost interrupt: what is overdue is looked at. */
static int wait_for_end(struct edu *edu)
{
	bool has_ended = false;
	u64 command;

	for (unsigned int n = 0; n < EDU_LOOKS; n++) {
		if (wait_for_completion_timeout(&edu->ended, msecs_to_jiffies(EDU_LOOK_MS)))
			return 0;
		if (has_ended) {
			dev_warn_ratelimited(&edu->pdev->dev, "missed MSI for transaction %llu\n",
					     edu->transfers);
			return 0;
		}
		command = readq(edu->regs + EDU_DMA_COMMAND);
		if (command == ~0ULL)
			return -ENODEV;
		/* Its interrupt, if there is one, has been sent by now; it gets one more look to arrive. */
		has_ended = !(command & EDU_DMA_START);
	}
	return -ETIMEDOUT;
}

static int run(struct edu *edu, dma_addr_t memory, size_t size, size_t at, enum dma_data_direction direction)
{
	bool to_memory = direction == DMA_FROM_DEVICE;
	u64 buffer = EDU_BUFFER + at;
	int err;

	reinit_completion(&edu->ended);
	edu->transfers++;
	writeq(to_memory ? buffer : memory, edu->regs + EDU_DMA_SOURCE);
	writeq(to_memory ? memory : buffer, edu->regs + EDU_DMA_DESTINATION);
	writeq(size, edu->regs + EDU_DMA_COUNT);
	writeq(EDU_DMA_START | EDU_DMA_IRQ | (to_memory ? EDU_DMA_TO_MEMORY : 0),
	       edu->regs + EDU_DMA_COMMAND);
	err = wait_for_end(edu);
	if (err) {
		/* It cannot be told to stop: it must not reach memory that is about to be another's. */
		pci_clear_master(edu->pdev);
		edu->gone = true;
	}
	return err;
}

int edu_transfer(struct edu *edu, void *page, size_t size, size_t at, enum dma_data_direction direction)
{
	struct device *dev = &edu->pdev->dev;
	dma_addr_t memory;
	int err;

	if (mutex_lock_interruptible(&edu->lock))
		return -ERESTARTSYS;
	err = -ENODEV;
	if (edu->gone)
		goto unlock;
	memory = dma_map_single(dev, page, size, direction);
	err = -ENOMEM;
	if (dma_mapping_error(dev, memory))
		goto unlock;
	err = run(edu, memory, size, at, direction);
	dma_unmap_single(dev, memory, size, direction);
unlock:
	mutex_unlock(&edu->lock);
	return err;
}

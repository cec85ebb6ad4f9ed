// SPDX-License-Identifier: GPL-2.0-only
/* The PCI function: found, set up, lost. */
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "edu.h"

static void edu_free(struct kref *refs)
{
	kfree(container_of(refs, struct edu, refs));
}

void edu_put(struct edu *edu)
{
	kref_put(&edu->refs, edu_free);
}

static irqreturn_t edu_interrupt(int irq, void *data)
{
	struct edu *edu = data;
	u32 status = readl(edu->regs + EDU_IRQ_STATUS);

	if (!status || status == ~0U)
		return IRQ_NONE;
	writel(status, edu->regs + EDU_IRQ_ACK);
	if (status & EDU_IRQ_DMA)
		complete(&edu->ended);
	return IRQ_HANDLED;
}

static int check_identity(struct edu *edu)
{
	const u32 sample = 0x5a17c0de;

	if ((readl(edu->regs + EDU_ID) & EDU_ID_MASK) != EDU_ID_VALUE)
		return -ENODEV;
	writel(sample, edu->regs + EDU_LIVENESS);
	return readl(edu->regs + EDU_LIVENESS) == ~sample ? 0 : -EIO;
}

static int request_interrupt(struct edu *edu)
{
	struct pci_dev *pdev = edu->pdev;
	int err = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI);

	if (err < 0)
		return err;
	err = request_irq(pci_irq_vector(pdev, 0), edu_interrupt, 0, pci_name(pdev), edu);
	if (err)
		pci_free_irq_vectors(pdev);
	return err;
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct edu *edu = kzalloc(sizeof(*edu), GFP_KERNEL);
	int err;

	if (!edu)
		return -ENOMEM;
	kref_init(&edu->refs);
	mutex_init(&edu->lock);
	init_completion(&edu->ended);
	edu->pdev = pdev;
	pci_set_drvdata(pdev, edu);
	err = pci_enable_device_mem(pdev);
	if (err)
		goto put;
	err = pci_request_mem_regions(pdev, "edu");
	if (err)
		goto disable;
	edu->regs = pci_iomap(pdev, EDU_BAR, 0);
	err = -ENOMEM;
	if (!edu->regs)
		goto release;
	err = check_identity(edu);
	if (err)
		goto unmap;
	/* What the device takes says its property `dma_mask`, which it does not show; QEMU must be told to take all. */
	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (err)
		goto unmap;
	pci_set_master(pdev);
	err = request_interrupt(edu);
	if (err)
		goto unmaster;
	err = edu_file_add(edu);
	if (!err)
		return 0;
	free_irq(pci_irq_vector(pdev, 0), edu);
	pci_free_irq_vectors(pdev);
unmaster:
	pci_clear_master(pdev);
unmap:
	pci_iounmap(pdev, edu->regs);
release:
	pci_release_mem_regions(pdev);
disable:
	pci_disable_device(pdev);
put:
	edu_put(edu);
	return err;
}

static void edu_remove(struct pci_dev *pdev)
{
	struct edu *edu = pci_get_drvdata(pdev);

	edu_file_remove(edu);
	/* A transfer that runs is waited for; none comes behind it. */
	mutex_lock(&edu->lock);
	edu->gone = true;
	mutex_unlock(&edu->lock);
	free_irq(pci_irq_vector(pdev, 0), edu);
	pci_free_irq_vectors(pdev);
	pci_clear_master(pdev);
	pci_iounmap(pdev, edu->regs);
	pci_release_mem_regions(pdev);
	pci_disable_device(pdev);
	edu_put(edu);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(EDU_VENDOR, EDU_DEVICE) },
	{ 0 },
};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = "edu",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};
module_pci_driver(edu_driver);

MODULE_DESCRIPTION("QEMU's educational PCI device");
MODULE_LICENSE("GPL");

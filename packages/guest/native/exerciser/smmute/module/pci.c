// SPDX-License-Identifier: GPL-2.0-only
/* The PCI function: found, set up, reset, lost. */
#include <linux/bitmap.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/module.h>

#include "engine.h"
#include "frame.h"

#define SMMUTE_BAR	0

static void free_vectors(struct smmute_engine *engine, unsigned int count)
{
	while (count--)
		free_irq(pci_irq_vector(engine->pdev, count), &engine->vectors[count]);
	pci_free_irq_vectors(engine->pdev);
}

/* As many as the function has, up to eight; each is named after the function. */
static int request_vectors(struct smmute_engine *engine)
{
	struct pci_dev *pdev = engine->pdev;
	int count, n, err;

	count = pci_alloc_irq_vectors(pdev, 1, SMMUTE_MAX_VECTORS, PCI_IRQ_MSIX);
	if (count < 0)
		return count;

	for (n = 0; n < count; n++) {
		struct smmute_vector *vector = &engine->vectors[n];

		vector->engine = engine;
		vector->index = n;
		INIT_LIST_HEAD(&vector->running);
		err = request_threaded_irq(pci_irq_vector(pdev, n), smmute_interrupt,
					   smmute_interrupt_thread, 0, pci_name(pdev), vector);
		if (err) {
			free_vectors(engine, n);
			return err;
		}
	}
	engine->nr_vectors = count;
	return 0;
}

static int map_frames(struct smmute_engine *engine)
{
	struct pci_dev *pdev = engine->pdev;
	resource_size_t pairs = pci_resource_len(pdev, SMMUTE_BAR) / SMMUTE_PAIR_SIZE;

	if (!(pci_resource_flags(pdev, SMMUTE_BAR) & IORESOURCE_MEM) || !pairs || pairs > 1024)
		return -ENODEV;
	engine->nr_frames = pairs * SMMUTE_PAIR_FRAMES;
	engine->frames = bitmap_zalloc(engine->nr_frames, GFP_KERNEL);
	engine->busy_frames = bitmap_zalloc(engine->nr_frames, GFP_KERNEL);
	if (!engine->frames || !engine->busy_frames)
		return -ENOMEM;
	engine->bar = pci_iomap(pdev, SMMUTE_BAR, 0);
	return engine->bar ? 0 : -ENOMEM;
}

static int smmute_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct smmute_engine *engine;
	int err;

	engine = smmute_engine_alloc(pdev);
	if (!engine)
		return -ENOMEM;
	err = pci_enable_device_mem(pdev);
	if (err)
		goto put;
	err = pci_request_region(pdev, SMMUTE_BAR, "smmute");
	if (err)
		goto disable;
	err = map_frames(engine);
	if (err)
		goto release;
	/* A platform that refuses this would refuse less as well: no use in trying 32 bits. */
	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (err)
		goto unmap;
	pci_set_master(pdev);
	err = request_vectors(engine);
	if (err)
		goto clear_master;
	pci_set_drvdata(pdev, engine);
	err = smmute_engine_publish(engine);
	if (err)
		goto free_vectors;

	pci_info(pdev, "smmute%u: %u frames, %u vectors\n",
		 engine->minor, engine->nr_frames, engine->nr_vectors);
	return 0;

free_vectors:
	free_vectors(engine, engine->nr_vectors);
clear_master:
	pci_clear_master(pdev);
unmap:
	pci_iounmap(pdev, engine->bar);
release:
	pci_release_region(pdev, SMMUTE_BAR);
disable:
	pci_disable_device(pdev);
put:
	smmute_engine_put(engine);
	return dev_err_probe(&pdev->dev, err, "cannot set the engine up\n");
}

/* Unbound or unplugged, with files open and transactions running for all we know. */
static void smmute_remove(struct pci_dev *pdev)
{
	struct smmute_engine *engine = pci_get_drvdata(pdev);

	smmute_engine_withdraw(engine);
	mutex_lock(&engine->mutex);
	mutex_lock(&engine->running_lock);
	WRITE_ONCE(engine->gone, true);
	mutex_unlock(&engine->running_lock);
	mutex_unlock(&engine->mutex);

	/* No DMA from here on, so that memory can be freed. */
	pci_clear_master(pdev);
	if (pci_device_is_present(pdev))
		pci_wait_for_pending_transaction(pdev);
	free_vectors(engine, engine->nr_vectors);
	cancel_delayed_work_sync(&engine->watch);

	smmute_transactions_revoke(engine);
	smmute_buffers_revoke(engine);

	pci_iounmap(pdev, engine->bar);
	pci_release_region(pdev, SMMUTE_BAR);
	pci_disable_device(pdev);
	smmute_engine_put(engine);
}

static void set_resetting(struct smmute_engine *engine, bool resetting)
{
	mutex_lock(&engine->running_lock);
	WRITE_ONCE(engine->resetting, resetting);
	mutex_unlock(&engine->running_lock);
}

/*
 * From here on nobody looks at a frame: a reset leaves every one HALTED, which
 * must not pass for success. What runs keeps its memory until the reset is over,
 * for until then the device may go on with it; who wants to launch must wait.
 */
static void smmute_reset_prepare(struct pci_dev *pdev)
{
	struct smmute_engine *engine = pci_get_drvdata(pdev);

	mutex_lock(&engine->mutex);
	set_resetting(engine, true);
	mutex_unlock(&engine->mutex);
}

static void smmute_reset_done(struct pci_dev *pdev)
{
	struct smmute_engine *engine = pci_get_drvdata(pdev);

	mutex_lock(&engine->mutex);
	smmute_transactions_fail(engine);
	smmute_frames_were_reset(engine);
	set_resetting(engine, false);
	mutex_unlock(&engine->mutex);
	wake_up_all(&engine->reset_over);
}

static const struct pci_error_handlers smmute_error_handlers = {
	.reset_prepare = smmute_reset_prepare,
	.reset_done = smmute_reset_done,
};

static const struct pci_device_id smmute_ids[] = {
	{ PCI_DEVICE(0x13b5, 0xff80) },
	{ }
};
MODULE_DEVICE_TABLE(pci, smmute_ids);

static struct pci_driver smmute_pci_driver = {
	.name = "smmute-pci",
	.id_table = smmute_ids,
	.probe = smmute_probe,
	.remove = smmute_remove,
	.err_handler = &smmute_error_handlers,
};

static int __init smmute_init(void)
{
	int err;

	err = smmute_chardev_init();
	if (err)
		return err;
	err = pci_register_driver(&smmute_pci_driver);
	if (err)
		smmute_chardev_exit();
	return err;
}
module_init(smmute_init);

static void __exit smmute_exit(void)
{
	pci_unregister_driver(&smmute_pci_driver);
	smmute_chardev_exit();
}
module_exit(smmute_exit);

MODULE_DESCRIPTION("SMMU test engine");
MODULE_LICENSE("GPL");

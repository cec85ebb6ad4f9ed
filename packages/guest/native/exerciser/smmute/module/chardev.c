// SPDX-License-Identifier: GPL-2.0-only
/* /dev/smmuteN: files, and the life of the engine behind them. */
#include <linux/bitmap.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "compat.h"
#include "engine.h"

#define MAX_ENGINES	8

/*
 * One cdev serves all minors, and the engine is looked up when a file is
 * opened, so nothing of an engine need outlive its function but what open
 * files hold of it.
 */
static dev_t first_devt;
static struct cdev *smmute_cdev;
static struct class *smmute_class;
static DEFINE_XARRAY_ALLOC(engines);	/* by minor */

static struct smmute_engine *get_engine(unsigned int minor)
{
	struct smmute_engine *engine;

	xa_lock(&engines);
	engine = xa_load(&engines, minor);
	if (engine)
		kref_get(&engine->ref);
	xa_unlock(&engines);
	return engine;
}

static void release_engine(struct kref *ref)
{
	struct smmute_engine *engine = container_of(ref, struct smmute_engine, ref);

	bitmap_free(engine->frames);
	bitmap_free(engine->busy_frames);
	kfree(engine);
}

void smmute_engine_put(struct smmute_engine *engine)
{
	kref_put(&engine->ref, release_engine);
}

static int smmute_open(struct inode *inode, struct file *file)
{
	struct smmute_engine *engine = get_engine(iminor(inode));
	struct smmute_client *client;
	int err = 0;

	if (!engine)
		return -ENODEV;
	client = kzalloc(sizeof(*client), GFP_KERNEL_ACCOUNT);
	if (!client) {
		smmute_engine_put(engine);
		return -ENOMEM;
	}
	client->engine = engine;
	client->mapping = file->f_mapping;
	INIT_LIST_HEAD(&client->buffers);
	xa_init(&client->transactions);
	init_waitqueue_head(&client->wait);

	mutex_lock(&engine->mutex);
	if (engine->gone)
		err = -ENODEV;
	else
		list_add_tail(&client->node, &engine->clients);
	mutex_unlock(&engine->mutex);
	if (err) {
		kfree(client);
		smmute_engine_put(engine);
		return err;
	}
	file->private_data = client;
	return nonseekable_open(inode, file);
}

/* Every VMA holds the file, so no buffer is mapped any more. */
static int smmute_release(struct inode *inode, struct file *file)
{
	struct smmute_client *client = file->private_data;
	struct smmute_engine *engine = client->engine;

	mutex_lock(&engine->mutex);
	list_del(&client->node);
	smmute_transactions_abandon(client);
	mutex_unlock(&engine->mutex);

	xa_destroy(&client->transactions);
	kfree(client);
	smmute_engine_put(engine);
	return 0;
}

static int smmute_mmap(struct file *file, struct vm_area_struct *vma)
{
	return smmute_buffer_mmap(file->private_data, vma);
}

static __poll_t smmute_poll(struct file *file, poll_table *table)
{
	struct smmute_client *client = file->private_data;

	poll_wait(file, &client->wait, table);
	return smmute_client_events(client);
}

static const struct file_operations smmute_fops = {
	.owner = THIS_MODULE,
	.open = smmute_open,
	.release = smmute_release,
	.mmap = smmute_mmap,
	.poll = smmute_poll,
	.unlocked_ioctl = smmute_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* An engine nobody can open yet, to be given back with smmute_engine_put(); or NULL. */
struct smmute_engine *smmute_engine_alloc(struct pci_dev *pdev)
{
	struct smmute_engine *engine = kzalloc(sizeof(*engine), GFP_KERNEL);

	if (!engine)
		return NULL;
	kref_init(&engine->ref);
	engine->pdev = pdev;
	mutex_init(&engine->mutex);
	mutex_init(&engine->running_lock);
	init_waitqueue_head(&engine->reset_over);
	INIT_LIST_HEAD(&engine->clients);
	INIT_LIST_HEAD(&engine->orphans);
	INIT_DELAYED_WORK(&engine->watch, smmute_watch);
	return engine;
}

/* Make the engine's /dev/smmuteN. -EBUSY if there are eight already. */
int smmute_engine_publish(struct smmute_engine *engine)
{
	struct device *dev;
	int err;

	err = xa_alloc(&engines, &engine->minor, engine, XA_LIMIT(0, MAX_ENGINES - 1), GFP_KERNEL);
	if (err)
		return err;
	dev = device_create(smmute_class, &engine->pdev->dev, first_devt + engine->minor, NULL,
			    "smmute%u", engine->minor);
	if (!IS_ERR(dev))
		return 0;
	xa_erase(&engines, engine->minor);
	return PTR_ERR(dev);
}

/* Take it away again. Files that are open stay so. */
void smmute_engine_withdraw(struct smmute_engine *engine)
{
	device_destroy(smmute_class, first_devt + engine->minor);
	xa_erase(&engines, engine->minor);
}

int smmute_chardev_init(void)
{
	int err;

	smmute_class = smmute_class_create("smmute");
	if (IS_ERR(smmute_class))
		return PTR_ERR(smmute_class);
	err = alloc_chrdev_region(&first_devt, 0, MAX_ENGINES, "smmute");
	if (err)
		goto class;
	smmute_cdev = cdev_alloc();
	if (!smmute_cdev) {
		err = -ENOMEM;
		goto region;
	}
	smmute_cdev->owner = THIS_MODULE;
	smmute_cdev->ops = &smmute_fops;
	err = cdev_add(smmute_cdev, first_devt, MAX_ENGINES);
	if (!err)
		return 0;

	cdev_del(smmute_cdev);
region:
	unregister_chrdev_region(first_devt, MAX_ENGINES);
class:
	class_destroy(smmute_class);
	return err;
}

void smmute_chardev_exit(void)
{
	cdev_del(smmute_cdev);
	unregister_chrdev_region(first_devt, MAX_ENGINES);
	class_destroy(smmute_class);
	xa_destroy(&engines);
}

// SPDX-License-Identifier: GPL-2.0-only
/* /dev/eduN: the device's buffer as a file. A write of up to its size is one DMA, and so is a read. */
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "edu.h"

static DEFINE_IDA(numbers);

static struct edu *edu_of(struct file *file)
{
	return container_of(file->private_data, struct edu, misc);
}

static int edu_open(struct inode *inode, struct file *file)
{
	kref_get(&edu_of(file)->refs);
	return 0;
}

static int edu_release(struct inode *inode, struct file *file)
{
	edu_put(edu_of(file));
	return 0;
}

static bool is_within(size_t size, loff_t at)
{
	return size && at >= 0 && at < EDU_BUFFER_SIZE && size <= EDU_BUFFER_SIZE - at;
}

static ssize_t edu_read(struct file *file, char __user *user, size_t size, loff_t *at)
{
	void *page;
	int err;

	if (!is_within(size, *at))
		return -EINVAL;
	page = (void *)get_zeroed_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	err = edu_transfer(edu_of(file), page, size, *at, DMA_FROM_DEVICE);
	if (!err && copy_to_user(user, page, size))
		err = -EFAULT;
	free_page((unsigned long)page);
	if (err)
		return err;
	*at += size;
	return size;
}

static ssize_t edu_write(struct file *file, const char __user *user, size_t size, loff_t *at)
{
	void *page;
	int err = 0;

	if (!is_within(size, *at))
		return -EINVAL;
	page = (void *)get_zeroed_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	if (copy_from_user(page, user, size))
		err = -EFAULT;
	if (!err)
		err = edu_transfer(edu_of(file), page, size, *at, DMA_TO_DEVICE);
	free_page((unsigned long)page);
	if (err)
		return err;
	*at += size;
	return size;
}

static const struct file_operations edu_fops = {
	.owner = THIS_MODULE,
	.open = edu_open,
	.release = edu_release,
	.read = edu_read,
	.write = edu_write,
	.llseek = noop_llseek,
};

int edu_file_add(struct edu *edu)
{
	int err;

	edu->number = ida_alloc(&numbers, GFP_KERNEL);
	if (edu->number < 0)
		return edu->number;
	snprintf(edu->name, sizeof(edu->name), "edu%d", edu->number);
	edu->misc = (struct miscdevice){
		.minor = MISC_DYNAMIC_MINOR,
		.name = edu->name,
		.fops = &edu_fops,
		.parent = &edu->pdev->dev,
	};
	err = misc_register(&edu->misc);
	if (err)
		ida_free(&numbers, edu->number);
	return err;
}

void edu_file_remove(struct edu *edu)
{
	misc_deregister(&edu->misc);
	ida_free(&numbers, edu->number);
}

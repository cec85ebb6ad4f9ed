// SPDX-License-Identifier: GPL-2.0-only
/* What callers ask for, and its way in and out. */
#include <linux/build_bug.h>
#include <linux/fs.h>
#include <linux/uaccess.h>

#include "engine.h"
#include "frame.h"

/* The interface's layout, which callers were built with. */
static_assert(sizeof(struct smmute_version) == 16);
static_assert(sizeof(struct smmute_common) == 64);
static_assert(offsetof(struct smmute_common, transaction_id) == 40);
static_assert(offsetof(struct smmute_memcpy, output_start) == 64);
static_assert(sizeof(struct smmute_memcpy) == 96);
static_assert(sizeof(struct smmute_rand48) == 96);
static_assert(sizeof(struct smmute_sum64) == 96);
static_assert(offsetof(struct smmute_p2p, command) == 128);
static_assert(sizeof(struct smmute_p2p) == 160);
static_assert(sizeof(union smmute_params) == 256);
static_assert(offsetof(struct smmute_result, expected) == 16);
static_assert(offsetof(struct smmute_result, value) == 32);
static_assert(offsetof(struct smmute_result, status) == 40);
static_assert(offsetof(struct smmute_result, begin) == 48);
static_assert(sizeof(struct smmute_result) == 64);

static long ioctl_version(struct smmute_version __user *arg)
{
	struct smmute_version version;

	if (copy_from_user(&version, arg, sizeof(version)))
		return -EFAULT;
	if (version.major > SMMUTE_VERSION_MAJOR ||
	    (version.major == SMMUTE_VERSION_MAJOR && version.minor > SMMUTE_VERSION_MINOR))
		return -ENODEV;
	version.major = SMMUTE_VERSION_MAJOR;
	version.minor = SMMUTE_VERSION_MINOR;
	return copy_to_user(arg, &version, sizeof(version)) ? -EFAULT : 0;
}

static long ioctl_launch(struct smmute_client *client, u32 command,
			 struct smmute_memcpy __user *arg)
{
	struct smmute_memcpy params;
	u64 id;
	int err;

	/* RAND48's and SUM64's parameters have padding where MEMCPY's have more. */
	if (copy_from_user(&params, arg, sizeof(params)))
		return -EFAULT;
	err = smmute_launch(client, command, &params.common, params.output_start, &id);
	if (err)
		return err;
	return put_user(id, &arg->common.transaction_id);
}

static long ioctl_p2p(struct smmute_client *client, struct smmute_p2p __user *arg)
{
	struct smmute_p2p params;
	u64 ids[2];
	int err;

	if (copy_from_user(&params, arg, sizeof(params)))
		return -EFAULT;
	err = smmute_launch_p2p(client, &params, ids);
	if (err)
		return err;
	err = put_user(ids[0], &arg->first.transaction_id);
	return err ?: put_user(ids[1], &arg->second.transaction_id);
}

static long ioctl_get_result(struct smmute_client *client, struct smmute_result __user *arg)
{
	struct smmute_result result;
	int err;

	if (copy_from_user(&result, arg, sizeof(result)))
		return -EFAULT;
	err = smmute_get_result(client, &result);
	if (err)
		return err;
	return copy_to_user(arg, &result, sizeof(result)) ? -EFAULT : 0;
}

long smmute_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct smmute_client *client = file->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case SMMUTE_IOCTL_VERSION:
		return READ_ONCE(client->engine->gone) ? -ENODEV : ioctl_version(user);
	case SMMUTE_IOCTL_MEMCPY:
		return ioctl_launch(client, SMMUTE_CMD_MEMCPY, user);
	case SMMUTE_IOCTL_RAND48:
		return ioctl_launch(client, SMMUTE_CMD_RAND48, user);
	case SMMUTE_IOCTL_SUM64:
		return ioctl_launch(client, SMMUTE_CMD_SUM64, user);
	case SMMUTE_IOCTL_P2P:
		return ioctl_p2p(client, user);
	case SMMUTE_IOCTL_GET_RESULT:
		return ioctl_get_result(client, user);
	case SMMUTE_IOCTL_BIND_TASK:
	case SMMUTE_IOCTL_UNBIND_TASK:
		return -ENODEV;
	default:
		return -ENOTTY;
	}
}

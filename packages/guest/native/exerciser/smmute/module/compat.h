/* SPDX-License-Identifier: GPL-2.0-only */
/* Where kernels from 6.1 on differ. */
#ifndef SMMUTE_COMPAT_H
#define SMMUTE_COMPAT_H

#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/user.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define smmute_class_create(name)	class_create(THIS_MODULE, name)
#else
#define smmute_class_create(name)	class_create(name)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define smmute_iommu_map(domain, iova, phys, size, prot) \
	iommu_map(domain, iova, phys, size, prot)
#else
#define smmute_iommu_map(domain, iova, phys, size, prot) \
	iommu_map(domain, iova, phys, size, prot, GFP_KERNEL)
#endif

/* Which options give users this counter has changed; CONFIG_NET has always been one. */
static inline atomic_long_t *smmute_locked_vm(struct user_struct *user)
{
#ifdef CONFIG_NET
	return &user->locked_vm;
#else
	return NULL;
#endif
}

#endif

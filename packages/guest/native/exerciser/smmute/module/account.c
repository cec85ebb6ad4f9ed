// SPDX-License-Identifier: GPL-2.0-only
/*
 * On whose account DMA memory is. It can be neither swapped nor reclaimed, so it
 * counts as locked: against RLIMIT_MEMLOCK of the user, over all of his processes
 * and files, as io_uring and iommufd do it, and shown as VmPin of the process.
 * The memory controller charges the pages themselves (GFP_KERNEL_ACCOUNT).
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "compat.h"
#include "engine.h"

static int charge_user(struct user_struct *user, unsigned long pages)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	atomic_long_t *locked = smmute_locked_vm(user);
	long sum;

	if (!locked)
		return 0;
	sum = atomic_long_add_return(pages, locked);
	if (sum <= limit || capable(CAP_IPC_LOCK))
		return 0;
	atomic_long_sub(pages, locked);
	return -ENOMEM;
}

/* Charge the current user; -ENOMEM if that is more than he may have. */
int smmute_charge(struct smmute_charge *charge, size_t bytes)
{
	unsigned long pages = PAGE_ALIGN(bytes) >> PAGE_SHIFT;
	int err;

	err = charge_user(current_user(), pages);
	if (err)
		return err;
	charge->cred = get_current_cred();
	charge->mm = current->mm;
	mmgrab(charge->mm);
	atomic64_add(pages, &charge->mm->pinned_vm);
	charge->pages = pages;
	return 0;
}

/* Undo it, by whomever; nothing if nothing is charged. */
void smmute_uncharge(struct smmute_charge *charge)
{
	atomic_long_t *locked;

	if (!charge->pages)
		return;
	locked = smmute_locked_vm(charge->cred->user);
	if (locked)
		atomic_long_sub(charge->pages, locked);
	put_cred(charge->cred);
	atomic64_sub(charge->pages, &charge->mm->pinned_vm);
	mmdrop(charge->mm);
	charge->pages = 0;
}

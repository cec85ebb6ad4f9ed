/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the driver keeps, and who owns what.
 *
 * An engine is one PCI function and its /dev/smmuteN; it outlives the function
 * while a file of it is open. A client is one open file; it owns buffers and
 * transactions. A transaction holds the buffers it works on until it is
 * finished *and* settled, so DMA never meets freed memory.
 *
 * Locks, outermost first:
 *   mmap_lock      of the caller, in mmap and vm_ops; hence no user memory is
 *                  touched under the next
 *   engine->mutex  everything not named below
 *   engine->running_lock
 *                  vector->running; in a client nr_running, nr_done, polled;
 *                  in a transaction running, client, pair, status, value. Taken
 *                  by the interrupt threads, which take no other
 * gone and resetting are written with both held: either will do to read them.
 */
#ifndef SMMUTE_ENGINE_H
#define SMMUTE_ENGINE_H

#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/poll.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "smmute.h"

#define SMMUTE_MAX_VECTORS	8

struct cred;
struct smmute_engine;
struct smmute_victim;

struct smmute_vector {
	struct smmute_engine *engine;
	unsigned int index;
	struct list_head running;
};

struct smmute_engine {
	struct kref ref;
	struct pci_dev *pdev;
	void __iomem *bar;
	u32 minor;

	struct mutex mutex;
	bool gone;			/* the function is unbound or unplugged */
	bool resetting;			/* its registers must be left alone */
	wait_queue_head_t reset_over;
	struct list_head clients;
	unsigned long *frames;		/* bitmap of those taken */
	unsigned long *busy_frames;	/* and of those that run what nobody launched */
	unsigned int nr_frames;
	unsigned int next_frame;
	unsigned int next_vector;

	struct mutex running_lock;
	unsigned int nr_vectors;
	struct smmute_vector vectors[SMMUTE_MAX_VECTORS];

	struct list_head orphans;	/* transactions whose file was closed */
	struct delayed_work watch;
};

struct smmute_client {
	struct smmute_engine *engine;
	struct list_head node;		/* in engine->clients */
	struct address_space *mapping;
	struct list_head buffers;	/* those mapped */
	unsigned int nr_buffers;	/* all, so those unmapped while in use too */
	size_t buffer_bytes;
	struct xarray transactions;	/* by id */
	unsigned int nr_transactions;
	unsigned int nr_running;
	unsigned int nr_done;		/* finished and not collected */
	bool polled;			/* somebody may be waiting in poll(2) */
	wait_queue_head_t wait;
};

/* DMA memory on somebody's account. */
struct smmute_charge {
	const struct cred *cred;	/* holds the user, whom modules cannot before 6.2 */
	struct mm_struct *mm;
	unsigned long pages;		/* 0: on nobody's */
};

struct smmute_buffer {
	struct smmute_engine *engine;
	struct smmute_client *client;	/* NULL once it is closed */
	struct list_head node;		/* in client->buffers */
	struct mm_struct *mm;
	unsigned long start;		/* address in mm */
	size_t size;
	void *cpu;			/* NULL once given back */
	dma_addr_t dma;
	struct smmute_charge charge;
	unsigned int vmas;
	unsigned int users;		/* transactions */
	bool linked;			/* its mmap(2) is known to be over */
};

struct smmute_transaction {
	struct smmute_engine *engine;
	u64 id;
	unsigned int refs;

	/* What the frame is told */
	u32 command;
	u32 attr;
	u32 seed;
	u32 substream;
	u64 stride;
	u64 begin;
	u64 end_incl;
	u64 output;
	unsigned int frame;
	bool silent;			/* no MSI is owed for it */
	struct smmute_vector *vector;

	/* What its result tells beside its end */
	u64 expected;			/* where it must fault, or 0 */
	bool translated;
	bool touched;			/* known once settled */

	/* What it holds until settled */
	struct smmute_buffer *input;
	struct smmute_buffer *destination;
	struct smmute_victim *victim;
	dma_addr_t target;		/* P2P: the other frame, for the device */
	bool has_target;

	/* P2P, see p2p.c */
	struct smmute_transaction *pair;	/* while they run */
	bool is_second;
	void *word;			/* the first's: its eight bytes */
	u32 launched;			/* the frame's count before */
	unsigned long stalled;		/* when their chain was seen to stand still, or 0 */

	struct list_head running;	/* in vector->running, or empty */
	struct smmute_client *client;	/* NULL for an orphan */
	struct list_head node;		/* in engine->orphans */
	unsigned long looked_at;	/* jiffies: when it began, or was polled last */
	u32 status;
	u64 value;
	struct completion done;
};

/* chardev.c */
int smmute_chardev_init(void);
void smmute_chardev_exit(void);
struct smmute_engine *smmute_engine_alloc(struct pci_dev *pdev);
void smmute_engine_put(struct smmute_engine *engine);
int smmute_engine_publish(struct smmute_engine *engine);
void smmute_engine_withdraw(struct smmute_engine *engine);

/* ioctl.c */
long smmute_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/* account.c */
int smmute_charge(struct smmute_charge *charge, size_t bytes);
void smmute_uncharge(struct smmute_charge *charge);

/* buffer.c; get and put with the mutex held */
int smmute_buffer_mmap(struct smmute_client *client, struct vm_area_struct *vma);
struct smmute_buffer *smmute_buffer_get(struct smmute_client *client, u64 start, u64 size);
void smmute_buffer_put(struct smmute_buffer *buffer);
void smmute_buffers_revoke(struct smmute_engine *engine);

/* frame.c */
void smmute_frame_program(const struct smmute_transaction *t);
void smmute_frame_launch(const struct smmute_transaction *t);
u32 smmute_frame_state(const struct smmute_transaction *t);
u32 smmute_frame_launched(const struct smmute_transaction *t);
u64 smmute_frame_udata(const struct smmute_transaction *t, unsigned int n);
phys_addr_t smmute_frame_phys(const struct smmute_transaction *t);
int smmute_frame_take(struct smmute_transaction *t);
void smmute_frame_give(struct smmute_transaction *t);
void smmute_frames_were_reset(struct smmute_engine *engine);

/* transaction.c: their lives */
struct smmute_transaction *smmute_transaction_alloc(struct smmute_engine *engine, u32 command);
void smmute_transaction_put(struct smmute_transaction *t);
void smmute_transaction_settle(struct smmute_transaction *t);
void smmute_transaction_finish(struct smmute_transaction *t, u32 status, u64 value);
void smmute_transaction_finish_as(struct smmute_transaction *t, u32 state);
bool smmute_transaction_check(struct smmute_transaction *t);
bool smmute_transaction_look(struct smmute_transaction *t);
void smmute_transaction_poll(struct smmute_transaction *t);
void smmute_transaction_poll_overdue(struct smmute_transaction *t);
void smmute_transactions_abandon(struct smmute_client *client);
void smmute_transactions_fail(struct smmute_engine *engine);
void smmute_transactions_revoke(struct smmute_engine *engine);

/* watch.c: who notices that they have ended */
irqreturn_t smmute_interrupt(int irq, void *data);
irqreturn_t smmute_interrupt_thread(int irq, void *data);
void smmute_watch_in(struct smmute_engine *engine, unsigned long delay);
void smmute_watch(struct work_struct *work);
__poll_t smmute_client_events(struct smmute_client *client);

/* launch.c: their beginning */
int smmute_launch(struct smmute_client *client, u32 command,
		  const struct smmute_common *common, u64 output_start, u64 *id);

/* p2p.c: that of two which launch each other */
int smmute_launch_p2p(struct smmute_client *client, const struct smmute_p2p *params, u64 ids[2]);
bool smmute_p2p_check(struct smmute_transaction *t);

/* result.c: their end */
int smmute_get_result(struct smmute_client *client, struct smmute_result *result);

#endif

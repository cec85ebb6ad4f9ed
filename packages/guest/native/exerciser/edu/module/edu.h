/* SPDX-License-Identifier: GPL-2.0-only */
/* QEMU's educational PCI device, as docs/specs/edu.rst of QEMU has it. */
#ifndef EDU_H
#define EDU_H

#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/pci.h>

#define EDU_VENDOR		0x1234
#define EDU_DEVICE		0x11e8
#define EDU_BAR			0

/* Registers below 0x80 are 32 bits wide, the others 64. */
#define EDU_ID			0x00	/* 0xRRrr00ed: major and minor version */
#define EDU_ID_MASK		0xff
#define EDU_ID_VALUE		0xed
#define EDU_LIVENESS		0x04	/* reads as the complement of what was written */
#define EDU_IRQ_STATUS		0x24
#define EDU_IRQ_ACK		0x64
#define EDU_DMA_SOURCE		0x80
#define EDU_DMA_DESTINATION	0x88
#define EDU_DMA_COUNT		0x90
#define EDU_DMA_COMMAND		0x98

#define EDU_DMA_START		BIT_ULL(0)	/* reads as set while it runs */
#define EDU_DMA_TO_MEMORY	BIT_ULL(1)
#define EDU_DMA_IRQ		BIT_ULL(2)

#define EDU_IRQ_DMA		0x100

/* The device's own buffer, at this address of its own. */
#define EDU_BUFFER		0x40000
#define EDU_BUFFER_SIZE		0x1000

/* Lives as long as it is bound, and as long as a file of it is open. */
struct edu {
	struct kref refs;
	struct pci_dev *pdev;
	struct miscdevice misc;
	int number;
	char name[16];

	struct mutex lock;	/* one transfer at a time; and what follows */
	void __iomem *regs;
	bool gone;		/* unbound, or not to be trusted any more */
	u64 transfers;
	struct completion ended;
};

/* file.c */
int edu_file_add(struct edu *edu);
void edu_file_remove(struct edu *edu);

/* transfer.c: bytes at `at` of the device's buffer, from or to a page of memory; 0 or an error. */
int edu_transfer(struct edu *edu, void *page, size_t size, size_t at, enum dma_data_direction direction);

/* pci.c */
void edu_put(struct edu *edu);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The engine's registers, as BAR0 shows them: little-endian.
 *
 *   BAR0 = pairs of 128 KiB:  +------------------+ 0
 *                             |  512 user frames |
 *                             +------------------+ 64 KiB
 *                             |  512 privileged  |
 *                             +------------------+ 128 KiB
 */
#ifndef SMMUTE_FRAME_H
#define SMMUTE_FRAME_H

#include <linux/bits.h>
#include <linux/sizes.h>
#include <linux/types.h>

#define SMMUTE_PAIR_SIZE	SZ_128K
#define SMMUTE_PRIV_OFFSET	SZ_64K
#define SMMUTE_FRAME_SIZE	SZ_128
#define SMMUTE_PAIR_FRAMES	(SMMUTE_PRIV_OFFSET / SMMUTE_FRAME_SIZE)

/* User frame */
#define SMMUTE_CMD		0x00
#define SMMUTE_UCTRL		0x04
#define SMMUTE_LAUNCHED		0x08	/* how many transactions the frame has begun */
#define SMMUTE_MSI_ADDRESS	0x10	/* 64 bits; on PCI only zero or not */
#define SMMUTE_MSI_DATA		0x18	/* MSI-X vector */
#define SMMUTE_MSI_ATTR		0x1c
#define SMMUTE_ATTRIBUTES	0x20
#define SMMUTE_SEED		0x24
#define SMMUTE_BEGIN		0x28	/* 64 bits */
#define SMMUTE_END_INCL		0x30	/* 64 bits, the last byte itself */
#define SMMUTE_STRIDE		0x38	/* 64 bits */
#define SMMUTE_UDATA(n)		(0x40 + 8 * (n))
#define SMMUTE_NR_UDATA		8

#define SMMUTE_UDATA_OUTPUT	0	/* MEMCPY's destination */
#define SMMUTE_UDATA_SUM	1	/* SUM64's result */
#define SMMUTE_UDATA_FAULT	2	/* the address that faulted */

/* Privileged frame */
#define SMMUTE_PCTRL		0x00
#define SMMUTE_PCTRL_NS		BIT(0)
#define SMMUTE_PORT		0x04
#define SMMUTE_STREAMID		0x08
#define SMMUTE_SUBSTREAMID	0x0c
#define SMMUTE_NO_SUBSTREAMID	0xffffffff

/* SMMUTE_CMD: what is written launches, and is read back until it has ended. */
#define SMMUTE_CMD_HALTED	1		/* idle: never used, or ended well */
#define SMMUTE_CMD_MEMCPY	2
#define SMMUTE_CMD_RAND48	3
#define SMMUTE_CMD_SUM64	4
#define SMMUTE_CMD_MISCONFIGURED 0xfffffffe	/* refused; no MSI follows */
#define SMMUTE_CMD_ERROR	0xffffffff	/* aborted; also what a dead device reads as */

static inline bool smmute_is_running(u32 state)
{
	return state >= SMMUTE_CMD_MEMCPY && state <= SMMUTE_CMD_SUM64;
}

#endif

/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR Apache-2.0 */
/*
 * What /dev/smmuteN understands: the interface between the smmute driver and
 * user space.
 *
 * A buffer is made by mmap(2) of the device, shared and at offset 0, and is
 * named in the ioctls by the address it has in the caller. All structures are
 * the same for 32-bit and 64-bit callers; padding is ignored.
 */
#ifndef SMMUTE_UAPI_H
#define SMMUTE_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define SMMUTE_VERSION_MAJOR	0
#define SMMUTE_VERSION_MINOR	0x23

/* in: what the caller speaks; out: what the driver speaks. ENODEV if the caller is newer. */
struct smmute_version {
	__u16 major;
	__u16 minor;
	__u8 pad[12];
};

#define SMMUTE_FLAG_SVA		(1u << 0)	/* addresses are the task's own: not supported */
#define SMMUTE_FLAG_FAULT	(1u << 1)	/* invert the DMA addresses, so that access faults */

/*
 * Isolation faults, at most one a launch: the engine is sent where it must not
 * reach, to memory that the driver owns, so that nobody is harmed if it does.
 * STALE, PAST and READONLY need an IOMMU that translates: EOPNOTSUPP without.
 * They strike what the engine writes, with SMMUTE_FLAG_ON_READ what it reads;
 * EINVAL where a command does not do that, or READONLY is to be read.
 */
#define SMMUTE_FLAG_STALE	(1u << 8)	/* was mapped for the engine, and has just been unmapped */
#define SMMUTE_FLAG_PAST	(1u << 9)	/* begins in a mapping and runs past its end */
#define SMMUTE_FLAG_READONLY	(1u << 10)	/* is mapped for the engine to read only */
#define SMMUTE_FLAG_FOREIGN	(1u << 11)	/* was never mapped for the engine */
#define SMMUTE_FLAG_SUBSTREAM	(1u << 12)	/* a PASID in the frame, which the function has no capability for */
#define SMMUTE_FLAG_ON_READ	(1u << 13)

/* Memory attributes of one side: write-back, inner-shareable, non-secure. */
#define SMMUTE_ATTR_WBRAWA_SH	(0xffu | 1u << 14 | 1u << 9)
/* Source attributes are the low half of smmute_common.attr, destination the high half. */
#define SMMUTE_ATTR(src, dst)	((__u32)(src) | (__u32)(dst) << 16)

struct smmute_common {
	__u64 input_start;	/* address of the first byte worked on */
	__u64 size;		/* bytes, not 0 */
	__u32 attr;		/* SMMUTE_ATTR() */
	__u32 stride;		/* bytes; 1 = every byte; 0 is taken as 1 */
	__u32 seed;		/* RAND48 */
	__u32 flags;		/* SMMUTE_FLAG_* */
	__u32 pasid;		/* with SMMUTE_FLAG_SVA only */
	__u8 pad0[4];
	__u64 transaction_id;	/* out; counted from 1 for all engines together */
	__u8 pad1[16];
};

/* Copy size bytes from input_start to output_start. */
struct smmute_memcpy {
	struct smmute_common common;
	__u64 output_start;
	__u8 pad[24];
};

/* Fill the buffer from a 48-bit generator. */
struct smmute_rand48 {
	struct smmute_common common;
	__u8 pad[32];
};

/* Add up the buffer as 64-bit words; the sum is the result's value. */
struct smmute_sum64 {
	struct smmute_common common;
	__u8 pad[32];
};

/*
 * The engine launches commands of its own, three in a chain. The first frame
 * copies MEMCPY, which the driver has put into the first's eight bytes, to the
 * second frame. The second copies command, which the driver has put into the
 * second's eight bytes, to the first frame. The first then does that to its own
 * eight bytes. Sizes and strides of the caller do not count, FAULT does of the
 * first only. EINVAL for MEMCPY as the command, as the first would then start the
 * chain anew for ever.
 */
struct smmute_p2p {
	struct smmute_common first;
	struct smmute_common second;
	__u32 command;		/* SMMUTE_IOCTL_RAND48 or SUM64: an ioctl's number */
	__u8 pad[28];
};

union smmute_params {
	struct smmute_memcpy memcpy;
	struct smmute_rand48 rand48;
	struct smmute_sum64 sum64;
	struct smmute_p2p p2p;
	__u8 pad[256];
};

/*
 * ENOENT: no such transaction; EAGAIN: not finished and not blocking;
 * ETIMEDOUT: still not finished after half a minute (ask again).
 */
#define SMMUTE_RESULT_ADDRESSES		(1u << 0)	/* begin, output and expected are told */
#define SMMUTE_RESULT_TOUCHED		(1u << 1)	/* memory out of the engine's reach has changed */
#define SMMUTE_RESULT_TRANSLATED	(1u << 2)	/* an IOMMU translates the engine's addresses */

struct smmute_result {
	__u64 transaction_id;	/* in */
	__u32 blocking;		/* in: wait for the end */
	__u32 keep;		/* in: leave the result for another GET_RESULT */
	__u64 expected;		/* out: with a fault flag, the address at which it must strike, else 0 */
	__u8 pad0[8];
	__u64 value;		/* out: SUM64's sum, or the address that faulted */
	__u32 status;		/* out: 0, EINVAL (misconfigured) or EIO (aborted) */
	__u32 flags;		/* out: SMMUTE_RESULT_*; a caller that sets 0 can tell a driver without them */
	__u64 begin;		/* out: the first address the engine was given */
	__u64 output;		/* out: MEMCPY's destination */
};

#define SMMUTE_IOCTL(n)			_IO('~', n)
#define SMMUTE_IOCTL_VERSION		SMMUTE_IOCTL(0)
/* Launches: ESRCH = the range is in none of the caller's buffers; EBUSY = no free frame. */
#define SMMUTE_IOCTL_MEMCPY		SMMUTE_IOCTL(1)
#define SMMUTE_IOCTL_RAND48		SMMUTE_IOCTL(2)
#define SMMUTE_IOCTL_SUM64		SMMUTE_IOCTL(3)
#define SMMUTE_IOCTL_P2P		SMMUTE_IOCTL(4)
#define SMMUTE_IOCTL_GET_RESULT		SMMUTE_IOCTL(32)
/* Shared virtual addressing: ENODEV. */
#define SMMUTE_IOCTL_BIND_TASK		SMMUTE_IOCTL(33)
#define SMMUTE_IOCTL_UNBIND_TASK	SMMUTE_IOCTL(34)

#endif

import { packed } from '../layout.ts';

/**
 * vfio-user messages, little-endian, as QEMU's `vfio-user-pci` speaks them. Sources: the vfio-user protocol
 * specification (0.0) and `linux/vfio.h`, whose structures the payloads repeat. Payload offsets count from the
 * end of the header.
 */
export const header = packed({ id: 2, command: 2, size: 4, flags: 4, error: 4 });
export const HEADER_BYTES = 16;

export const version = packed({ major: 2, minor: 2 });

export const dmaMap = packed({ argsz: 4, flags: 4, offset: 8, address: 8, size: 8 });

export const dmaUnmap = packed({ argsz: 4, flags: 4, address: 8, size: 8 });

export const deviceInfo = packed({ argsz: 4, flags: 4, regions: 4, irqs: 4 });

export const regionInfo = packed({ argsz: 4, flags: 4, index: 4, capOffset: 4, size: 8, offset: 8 });

export const irqInfo = packed({ argsz: 4, flags: 4, index: 4, count: 4 });

export const irqSet = packed({ argsz: 4, flags: 4, index: 4, start: 4, count: 4 });

/** REGION_READ and REGION_WRITE; the bytes follow. */
export const regionAccess = packed({ offset: 8, region: 4, count: 4 });

/** One entry of REGION_WRITE_MULTI, after a u64 count of entries. */
export const multiWrite = packed({ offset: 8, region: 4, count: 4, data: 8 });

/** DMA_READ and DMA_WRITE; the bytes follow. Note the 64-bit count. */
export const dmaAccess = packed({ address: 8, count: 8 });

export const Command = {
  VERSION: 1,
  DMA_MAP: 2,
  DMA_UNMAP: 3,
  DEVICE_GET_INFO: 4,
  DEVICE_GET_REGION_INFO: 5,
  DEVICE_GET_REGION_IO_FDS: 6,
  DEVICE_GET_IRQ_INFO: 7,
  DEVICE_SET_IRQS: 8,
  REGION_READ: 9,
  REGION_WRITE: 10,
  DMA_READ: 11,
  DMA_WRITE: 12,
  DEVICE_RESET: 13,
  REGION_WRITE_MULTI: 15,
} as const;

/** Header flags. */
export const Flag = { TYPE_MASK: 0xf, COMMAND: 0, REPLY: 1, NO_REPLY: 0x10, ERROR: 0x20 } as const;

export const DmaMapFlag = { READ: 1, WRITE: 2 } as const;
export const DmaUnmapFlag = { DIRTY_BITMAP: 1, ALL: 2 } as const;
export const DeviceFlag = { RESET: 1, PCI: 2 } as const;
export const RegionFlag = { READ: 1, WRITE: 2 } as const;
export const IrqInfoFlag = { EVENTFD: 1 } as const;
export const IrqSetFlag = {
  DATA_NONE: 1,
  DATA_BOOL: 2,
  DATA_EVENTFD: 4,
  DATA_MASK: 7,
  MASK: 8,
  UNMASK: 16,
  TRIGGER: 32,
  ACTION_MASK: 56,
} as const;

/** Interrupt indexes of a PCI function: INTx, MSI, MSI-X, error, request. */
export const IRQ_COUNT = 5;
export const IRQ_MSIX = 2;

/** Descriptors one message may carry (`max_msg_fds`). */
export const MAX_MESSAGE_FDS = 16;

/** Largest data a message may carry (`max_data_xfer_size`): four times what any access here can use. */
export const MAX_DATA_BYTES = 16 * 1024;

/** Largest message accepted; nothing but the data can make one long. */
export const MAX_MESSAGE_BYTES = HEADER_BYTES + 32 + MAX_DATA_BYTES;

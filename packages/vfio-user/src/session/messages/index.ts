import { Command } from '../../wire/protocol.ts';
import type { Handler } from '../exchange.ts';
import { deviceInfo, irqInfo, regionInfo, reset, setIrqs, version } from './device.ts';
import { dmaMap, dmaUnmap } from './dma.ts';
import { regionIoFds, regionRead, regionWrite, regionWriteMulti } from './region.ts';

/** What is done for each message that a client may send. */
const named = {
  VERSION: version,
  DMA_MAP: dmaMap,
  DMA_UNMAP: dmaUnmap,
  DEVICE_GET_INFO: deviceInfo,
  DEVICE_GET_REGION_INFO: regionInfo,
  DEVICE_GET_REGION_IO_FDS: regionIoFds,
  DEVICE_GET_IRQ_INFO: irqInfo,
  DEVICE_SET_IRQS: setIrqs,
  REGION_READ: regionRead,
  REGION_WRITE: regionWrite,
  REGION_WRITE_MULTI: regionWriteMulti,
  DEVICE_RESET: reset,
} as const satisfies Partial<Record<keyof typeof Command, Handler>>;

/** By the number of the message. */
export const handlers: readonly (Handler | undefined)[] = Object.entries(named).reduce<
  (Handler | undefined)[]
>((table, [name, handler]) => {
  table[Command[name as keyof typeof named]] = handler;
  return table;
}, []);

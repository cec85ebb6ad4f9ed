export type {
  Departures,
  Device,
  DeviceFactory,
  DevicePort,
  DmaPort,
  MakeDevice,
} from './device/device.ts';
export { Later } from './device/later.ts';
export { type FunctionParts, PciFunction } from './device/pci-function.ts';
export type { FunctionStats, ServedStats } from './device/stats.ts';
export { type Backing, DMA_PAGE_BYTES, DmaTable, type MapRequest } from './dma/dma-table.ts';
export { FAULT, type Memory, type MemoryAccess, type Span } from './dma/memory.ts';
export type { RemoteRequest, RequestSource } from './dma/remote-request.ts';
export type { Transferred } from './dma/transfers.ts';
export { drawLayout, type Field, type Layout, layoutBytes } from './layout.ts';
export {
  accessControlServices,
  addressTranslation,
  type Capability,
  type ConfigField,
  type ExtendedCapability,
  pageRequest,
} from './pci/capability.ts';
export { type ConfigEffect, ConfigSpace } from './pci/config-space.ts';
export {
  type Bar,
  type BarPlace,
  type ExpressModel,
  type FunctionModel,
  type Identity,
  MAX_VECTORS,
  type MsixModel,
} from './pci/model.ts';
export type { InterruptLines, MsiOutcome } from './pci/msix.ts';
export { serve } from './server/serve.ts';
export { serveProcess } from './server/serve-process.ts';

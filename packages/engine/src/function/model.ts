import { accessControlServices, type FunctionModel } from '@coordinator/vfio-user';
import { FRAMES_BYTES } from '../frame/layout.ts';

export const FRAMES_BAR = 0;
const MSIX_TABLE_BAR = 2;
const MSIX_PBA_BAR = 4;

/** What may differ from engine to engine. */
export interface ModelOptions {
  /** MSI-X vectors, 1 to 2048. */
  readonly vectors: number;
}

/** The SMMU test engine as PCI shows it. Source: a public `lspci -vv` of the real one. */
export function engineModel({ vectors }: ModelOptions): FunctionModel {
  return {
    identity: { vendor: 0x13b5, device: 0xff80, classCode: 0xff0000, subsystemVendor: 0x13b5 },
    bars: {
      [FRAMES_BAR]: { bytes: FRAMES_BYTES },
      [MSIX_TABLE_BAR]: { bytes: 32 * 1024 },
      [MSIX_PBA_BAR]: { bytes: 4096 },
    },
    msix: { at: 0x48, vectors, table: { bar: MSIX_TABLE_BAR }, pending: { bar: MSIX_PBA_BAR } },
    express: { at: 0x54, type: 'endpoint' },
    extendedCapabilities: [accessControlServices(0x100)],
  };
}

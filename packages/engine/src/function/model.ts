import {
  accessControlServices,
  addressTranslation,
  type Bar,
  type ExpressModel,
  type FunctionModel,
  pageRequest,
} from '@coordinator/vfio-user';
import { FRAMES_BYTES } from '../frame/layout.ts';

export const FRAMES_BAR = 0;
const MSIX_TABLE_BAR = 2;
const MSIX_PBA_BAR = 4;

/** What may differ from engine to engine. */
export interface ModelOptions {
  /** MSI-X vectors, 1 to 2048. */
  readonly vectors: number;
  /** Platforms have both; 32 unless given. */
  readonly barBits?: Bar['bits'];
  /** Platforms have both; an endpoint unless given. */
  readonly deviceType?: ExpressModel['type'];
}

/**
 * The SMMU test engine as PCI shows it. Sources: a public `lspci -vv` of a real one (identity, BARs, capabilities and
 * their places), and Arm's document of its models' PCIe hierarchy (64-bit BARs, integrated endpoint).
 *
 * It never asks for a translation or a page, so ATS and PRI are there to be seen and enabled, no more. The hardware has
 * no ACS. Here it stands behind them, because functions of one slot share an IOMMU group without it, and a host that
 * gives the functions of such a slot to different guests needs groups of their own.
 */
export function engineModel({ vectors, barBits = 32, deviceType = 'endpoint' }: ModelOptions): FunctionModel {
  return {
    identity: { vendor: 0x13b5, device: 0xff80, classCode: 0xff0000, subsystemVendor: 0x13b5 },
    bars: {
      [FRAMES_BAR]: { bytes: FRAMES_BYTES, bits: barBits },
      [MSIX_TABLE_BAR]: { bytes: 32 * 1024, bits: barBits },
      [MSIX_PBA_BAR]: { bytes: 4096, bits: barBits },
    },
    msix: { at: 0x48, vectors, table: { bar: MSIX_TABLE_BAR }, pending: { bar: MSIX_PBA_BAR } },
    express: { at: 0x54, type: deviceType },
    extendedCapabilities: [addressTranslation(0x100), pageRequest(0x108), accessControlServices(0x118)],
  };
}

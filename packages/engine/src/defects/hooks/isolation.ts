import type { MakeDefect } from '../defect.ts';
import type { isolationDefects } from '../list/isolation.ts';
import {
  Overrun,
  physicalMemory,
  staleBuffers,
  WithoutPermissions,
  WritesAnyway,
  ZerosElsewhere,
} from './dma-tables.ts';

const UPPER_HALF = 1n << 63n;

type IsolationName = keyof typeof isolationDefects;

export const isolationHooks: Record<IsolationName, MakeDefect> = {
  'iotlb-stale': () => ({ dma: staleBuffers }),
  'iommu-bypassed': () => ({ dma: physicalMemory }),
  'read-only-ignored': () => ({ dma: () => new WithoutPermissions() }),
  'mapping-overrun': () => ({ dma: () => new Overrun() }),
  'refused-but-written': () => ({ dma: () => new WritesAnyway() }),
  'unmapped-as-success': () => ({ dma: () => new ZerosElsewhere() }),
  'pasid-ignored': () => ({ reach: (_frame, _next, { memory }) => memory }),
  'inverted-address-corrected': () => ({
    decode(frame, next) {
      const command = next(frame);
      if (command === null) return null;
      const { source, destination } = command;
      return { ...command, source: corrected(source), destination: corrected(destination) };
    },
  }),
  'bus-master-ignored': () => ({ alwaysBusMaster: true }),
};

function corrected(address: bigint | null): bigint | null {
  return address === null || address < UPPER_HALF ? address : BigInt.asUintN(64, ~address);
}

import type { isolationDefects } from '../../defects/list/isolation.ts';
import { Cmd } from '../../frame/layout.ts';
import { type DefectCase, defectCase } from '../defect-case.ts';
import { type InMemoryEngine, RAM } from '../in-memory-engine.ts';

const { HALTED, ERROR } = Cmd;

const PAGE = 0x1000n;

/** Where the driver's mappings are behind an IOMMU: not where the memory is. */
const IOVA = 0xf000_0000n;
const BUFFER = 0x3000;
const VICTIM = 0x8000;

/** What came of writing eight bytes to `to`: `cmd`, the faulting address, and whether the victim has changed. */
type Strike = [cmd: number, fault: bigint, touched: boolean];

/** Writes eight bytes from a mapped buffer to `to`; a client with an IOMMU refuses what is not mapped. */
function strike(engine: InMemoryEngine, to: bigint, substream?: number): Strike {
  engine.ram.fill(0x11, BUFFER, BUFFER + 4096);
  engine.ram.fill(0x22, VICTIM, VICTIM + 4096);
  const at = { begin: IOVA, to, size: 8n, vector: 0 };
  engine.launch(0, Cmd.MEMCPY, substream === undefined ? at : { ...at, substream });
  engine.run();
  for (const request of engine.takeRequests()) engine.device.settle(request, false);
  const touched = engine.ram.subarray(VICTIM, VICTIM + 4096).some((byte) => byte !== 0x22);
  return [engine.cmd(0), engine.field(0, 'udata2'), touched];
}

function mapBuffer(engine: InMemoryEngine): void {
  engine.map(IOVA, 4096, BUFFER);
}

function stale(engine: InMemoryEngine): Strike {
  mapBuffer(engine);
  engine.map(IOVA + 2n * PAGE, 4096, VICTIM);
  engine.dma.unmap(IOVA + 2n * PAGE, PAGE);
  return strike(engine, IOVA + 2n * PAGE);
}

function readOnly(engine: InMemoryEngine): Strike {
  mapBuffer(engine);
  engine.map(IOVA + 2n * PAGE, 4096, VICTIM, { read: true, write: false });
  return strike(engine, IOVA + 2n * PAGE);
}

function foreign(engine: InMemoryEngine): Strike {
  // As a guest boots: all of memory within reach, until its IOMMU driver takes over.
  engine.map(RAM, engine.ram.length, 0);
  engine.dma.unmap(RAM, BigInt(engine.ram.length));
  mapBuffer(engine);
  return strike(engine, RAM + BigInt(VICTIM));
}

function past(engine: InMemoryEngine): Strike {
  mapBuffer(engine);
  engine.map(IOVA + 2n * PAGE, 4096, VICTIM - 4096);
  return strike(engine, IOVA + 3n * PAGE - 4n);
}

const WITHIN_REACH: Strike = [HALTED, 0n, true];

function reported(fault: bigint, touched = false): Strike {
  return [ERROR, fault, touched];
}

export const isolationCases: Record<keyof typeof isolationDefects, DefectCase> = {
  'iotlb-stale': defectCase(
    (engine) => {
      const seen = stale(engine);
      engine.dma.clear();
      return [seen, strike(engine, IOVA + 2n * PAGE)];
    },
    [reported(IOVA + 2n * PAGE), reported(IOVA)],
    [WITHIN_REACH, reported(IOVA)],
  ),
  'iommu-bypassed': defectCase(foreign, reported(RAM + BigInt(VICTIM)), WITHIN_REACH),
  'read-only-ignored': defectCase(readOnly, reported(IOVA + 2n * PAGE), WITHIN_REACH),
  'mapping-overrun': defectCase(past, reported(IOVA + 3n * PAGE), WITHIN_REACH),
  'refused-but-written': defectCase(
    (engine) => {
      const first = stale(engine);
      engine.dma.clear();
      return [first, readOnly(engine)];
    },
    [reported(IOVA + 2n * PAGE), reported(IOVA + 2n * PAGE)],
    [reported(IOVA + 2n * PAGE, true), reported(IOVA + 2n * PAGE, true)],
  ),
  'unmapped-as-success': defectCase(
    (engine) => {
      mapBuffer(engine);
      const written = strike(engine, IOVA + 8n * PAGE);
      engine.launch(0, Cmd.MEMCPY, { begin: IOVA + 8n * PAGE, to: IOVA, size: 8n });
      engine.run();
      return [written, engine.isBusy(0), engine.ram[BUFFER]];
    },
    [reported(IOVA + 8n * PAGE), true, 0x11],
    [[HALTED, 0n, false], false, 0],
  ),
  'pasid-ignored': defectCase(
    (engine) => {
      mapBuffer(engine);
      engine.map(IOVA + 2n * PAGE, 4096, VICTIM);
      return strike(engine, IOVA + 2n * PAGE, 1);
    },
    reported(IOVA),
    WITHIN_REACH,
  ),
  'inverted-address-corrected': defectCase(
    (engine) => {
      mapBuffer(engine);
      engine.map(IOVA + 2n * PAGE, 4096, VICTIM);
      return strike(engine, BigInt.asUintN(64, ~(IOVA + 2n * PAGE)));
    },
    reported(BigInt.asUintN(64, ~(IOVA + 2n * PAGE))),
    WITHIN_REACH,
  ),
  'bus-master-ignored': defectCase(
    (engine) => {
      mapBuffer(engine);
      engine.map(IOVA + 2n * PAGE, 4096, VICTIM);
      engine.write(7, 0x04, 2, 2n);
      return [strike(engine, IOVA + 2n * PAGE), engine.raised];
    },
    [reported(IOVA), []],
    [WITHIN_REACH, [0]],
  ),
};

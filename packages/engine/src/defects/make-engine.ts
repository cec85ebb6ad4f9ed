import { DmaTable } from '../dma/dma-table.ts';
import { EngineFunction } from '../pci/engine-function.ts';
import type { InterruptLines } from '../pci/msix.ts';
import { DefectiveFunction } from './defective-function.ts';
import { hooks } from './hooks/index.ts';
import type { DefectName } from './index.ts';
import type { Later } from './later.ts';

export interface EngineParts {
  /** MSI-X vectors, 1 to 2048. */
  readonly vectors: number;
  readonly lines: InterruptLines;
  /** Where what a defect puts off waits; whoever has the engine runs it. */
  readonly later: Later;
}

/** An engine and what is mapped for it: a healthy one, or one with the defect of that name. */
export function makeEngine(
  { vectors, lines, later }: EngineParts,
  defectName?: DefectName,
): { readonly device: EngineFunction; readonly dma: DmaTable } {
  if (defectName === undefined) {
    const dma = new DmaTable();
    return { dma, device: new EngineFunction({ vectors, lines, memory: dma }) };
  }
  const defect = hooks[defectName]();
  const dma = defect.dma?.() ?? new DmaTable();
  return { dma, device: new DefectiveFunction({ vectors, lines, memory: dma }, defect, later) };
}

import type { interruptDefects } from '../../defects/list/interrupts.ts';
import { Cmd } from '../../frame/layout.ts';
import { type DefectCase, defectCase } from '../defect-case.ts';
import { type InMemoryEngine, RAM } from '../in-memory-engine.ts';

/** Interrupts of transactions one after the other, with these vectors. */
function raisedFor(engine: InMemoryEngine, vectors: readonly number[]): number[] {
  for (const vector of vectors) {
    engine.launch(0, Cmd.SUM64, { begin: RAM, size: 8n, vector });
    engine.run();
  }
  return engine.raised.slice();
}

function raising(vectors: readonly number[], broken: readonly number[]): DefectCase {
  return defectCase((engine) => raisedFor(engine, vectors), [...vectors], [...broken]);
}

/** What was raised at once, and after `ms`. */
function raisingLater(vectors: readonly number[], ms: number, atOnce: number[], then: number[]): DefectCase {
  return defectCase(
    (engine) => {
      const before = raisedFor(engine, vectors);
      engine.pass(ms - 1);
      const still = engine.raised.slice();
      engine.pass(1);
      return [before, still, engine.raised.slice()];
    },
    [[...vectors], [...vectors], [...vectors]],
    [atOnce, atOnce, then],
  );
}

export const interruptCases: Record<keyof typeof interruptDefects, DefectCase> = {
  'msi-none': raising([0, 1], []),
  'msi-first-dropped': raising([0, 1, 0, 1], [1, 0, 1]),
  'msi-every-second-dropped': raising([0, 1, 2, 3], [0, 2]),
  'msi-every-tenth-dropped': raising([0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2], [0, 1, 2, 3, 4, 5, 6, 7, 0, 2]),
  'msi-vector-dead': raising([2, 3, 4], [2, 4]),
  'msi-vector-zero': raising([2, 3, 4], [0, 0, 0]),
  'msi-next-vector': raising([2, 3, 4], [3, 4, 5]),
  'msi-swapped-vectors': raising([2, 3, 4], [3, 2, 5]),
  'msi-twice': raisingLater([2, 3], 5, [2, 3], [2, 3, 2, 3]),
  'msi-spurious': raisingLater([0, 1, 2, 3, 4], 10, [0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 3]),
  'msi-dropped-under-load': defectCase(
    (engine) => {
      for (const frame of [0, 1, 2, 3, 4])
        engine.launch(frame, Cmd.SUM64, { begin: RAM, size: 8n, vector: frame });
      engine.run();
      return engine.raised;
    },
    [0, 1, 2, 3, 4],
    [0, 1, 3, 4],
  ),
  'msi-for-misconfigured': defectCase(
    (engine) => {
      engine.launch(0, Cmd.SUM64, { begin: RAM, size: 9n, vector: 2 });
      return [engine.cmd(0), engine.raised];
    },
    [Cmd.FRAME_MISCONFIGURED, []],
    [Cmd.FRAME_MISCONFIGURED, [2]],
  ),
  'msi-for-errors-missing': defectCase(
    (engine) => {
      engine.launch(0, Cmd.SUM64, { begin: RAM, size: 8n, vector: 2, substream: 1 });
      engine.run();
      return [engine.cmd(0), engine.raised];
    },
    [Cmd.ERROR, [2]],
    [Cmd.ERROR, []],
  ),
  'msi-early': defectCase(
    (engine) => {
      const atOnce = [raisedFor(engine, [2]), engine.isBusy(0)];
      engine.pass(20);
      return [atOnce, engine.isBusy(0), engine.raised];
    },
    [[[2], false], false, [2]],
    [[[2], true], false, [2]],
  ),
  'msi-late': raisingLater([2, 3], 3000, [], [2, 3]),
};

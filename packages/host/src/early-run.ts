import { rmdirSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { removeRuntimeFolder } from '@coordinator/machine/runtime-folder';
import { endEarlyVmm } from '@coordinator/machine/vmm';

/** A run of which there are folders before anything is known of it, as its first VMM has been started. */
export interface EarlyRun {
  readonly id: string;
  /** Where it is to be kept. */
  readonly folder: string;
  readonly runtimeFolder: string;
  /** Where its first guest is to write to, in `folder`. */
  readonly results: string;
}

/** One a process, whichever bundle of this module asks; null once somebody has it. */
const PLACE = Symbol.for('coordinator.early-run');
const places = globalThis as { [PLACE]?: EarlyRun | null };

export function offerEarlyRun(run: EarlyRun): void {
  places[PLACE] = run;
}

/**
 * @param runs where runs are to be kept, an absolute path
 * @returns the early run; null when there is none, or none in that folder: it is removed then
 */
export function earlyRunIn(runs: string): EarlyRun | null {
  const run = places[PLACE] ?? null;
  if (run === null || dirname(run.folder) === runs) return run;
  dropEarlyRun();
  return null;
}

/** Who has called this removes it. */
export function takeEarlyRun(): void {
  places[PLACE] = null;
}

/** Removes what there is of one that nobody has taken. */
export function dropEarlyRun(): void {
  const run = places[PLACE] ?? null;
  places[PLACE] = null;
  if (run !== null) removeEarlyRun(run);
}

/** Removes what was made of it, and no more. Never throws. */
export function removeEarlyRun({ folder, runtimeFolder, results }: EarlyRun): void {
  endEarlyVmm();
  try {
    for (let path = results; !relative(folder, path).startsWith('..'); path = dirname(path)) rmdirSync(path);
  } catch {
    // Something else is in it.
  }
  removeRuntimeFolder(runtimeFolder);
}

import { listNotedRuns } from '@coordinator/machine/runtime-folder';

/** Runs of this user whose coordinators are at work, in whatever store. */
export function runningRuns(): ReadonlySet<string> {
  return new Set(listNotedRuns().flatMap(({ run, alive }) => (alive ? [run] : [])));
}

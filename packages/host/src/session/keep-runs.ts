import { messageOf } from '@coordinator/base/errors';
import { type KeepRule, type Pruned, type PruneOptions, pruneRuns } from '@coordinator/history';
import { runningRuns } from './running-runs.ts';

/** @returns whether the coordinator of a run is at work, as it is now. */
export function whatRuns(): (run: string) => boolean {
  const running = runningRuns();
  return (run) => running.has(run);
}

/** Removes old runs. @throws StoreError when the folder cannot be looked into */
export function pruneHistory(runs: string, options: Omit<PruneOptions, 'isRunning'>): Promise<Pruned> {
  return pruneRuns(runs, { ...options, isRunning: whatRuns() });
}

/** What `--keep-runs` does at the end of a run, which stays itself. Never rejects. */
export async function keepRuns(
  runs: string,
  {
    keep,
    run,
    warn,
  }: { readonly keep: KeepRule; readonly run: string; readonly warn: (sentence: string) => void },
): Promise<void> {
  await pruneHistory(runs, { keep, spare: run }).catch((error: unknown) =>
    warn(`old runs could not be removed: ${messageOf(error)}`),
  );
}

import { lstat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EVENTS_FILE, forgetRun, removeForgotten } from '@coordinator/store/runs';
import { startOf } from './entry.ts';
import type { KeepRule } from './keep-rule.ts';
import { type KeptRun, type LoadOptions, loadHistory } from './load.ts';

export interface PruneOptions extends Pick<LoadOptions, 'isRunning'> {
  readonly keep: KeepRule;
  /** Those that did not pass may go as well. */
  readonly failedToo?: boolean;
  /** Only say which. */
  readonly dryRun?: boolean;
  /** A run that is never removed: the one that asks. */
  readonly spare?: string;
  readonly now?: number;
}

export interface Pruned {
  /** Oldest first. */
  readonly removed: ReadonlyArray<Omit<KeptRun, 'read'>>;
  /** Beyond what is to be kept, and there because they did not pass. */
  readonly spared: number;
}

/** What has no report might still be at work, on another machine or under another user: not if it was silent so long. */
const SILENT_MS = 24 * 3_600_000;

/**
 * Removes old runs that passed. Never one that is at work, that has a link in its place, or, unless `failedToo`, that did
 * not pass.
 * @throws StoreError when the folder cannot be looked into
 */
export async function pruneRuns(runsDir: string, options: PruneOptions): Promise<Pruned> {
  const runs = resolve(runsDir);
  const now = options.now ?? Date.now();
  const history = await loadHistory(runs, { ...options, check: true });
  const old = beyond(history, options.keep, now).filter(({ run }) => run !== options.spare);
  const removed: KeptRun[] = [];
  for (const entry of old.reverse()) {
    // One that has written its report may still be telling of it.
    if (options.isRunning(entry.run)) continue;
    if (!(await mayGo(runs, entry, options.failedToo ?? false, now))) continue;
    if (!options.dryRun) await forgetRun(join(runs, entry.run));
    removed.push(entry);
  }
  if (!options.dryRun) await removeForgotten(runs);
  return { removed, spared: old.length - removed.length };
}

/** Those that the rule does not keep, newest first. Their age is by their names: nothing in them can change that. */
export function beyond(entries: readonly KeptRun[], rule: KeepRule, now: number): KeptRun[] {
  if ('count' in rule) return entries.slice(rule.count);
  return entries.filter(({ run }) => now - Date.parse(startOf(run)) > rule.ageMs);
}

async function mayGo(runs: string, entry: KeptRun, failedToo: boolean, now: number): Promise<boolean> {
  const { state, outcome, run } = entry;
  if (state === 'finished') return outcome === 'pass' || failedToo;
  if (!failedToo) return false;
  const events = await lstat(join(runs, run, EVENTS_FILE)).catch(() =>
    lstat(join(runs, run)).catch(() => null),
  );
  return events !== null && now - events.mtimeMs > SILENT_MS;
}

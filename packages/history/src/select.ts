import type { Outcome } from '@coordinator/shared/report';
import type { HistoryEntry } from './entry.ts';
import { type Flakes, flakeRates } from './flakes.ts';
import { type LoadOptions, loadHistory } from './load.ts';

export interface HistoryQuery extends LoadOptions {
  /** Only runs that ended like this. */
  readonly outcome?: Outcome;
  /** At most so many, the newest. */
  readonly limit?: number;
}

export interface History {
  /** Newest first. */
  readonly runs: readonly HistoryEntry[];
  /** How many there are that the query is for, listed or not. */
  readonly matching: number;
  /** How many are kept. */
  readonly kept: number;
}

/** The runs of a folder, for a list. @throws StoreError when the folder cannot be looked into */
export async function listHistory(runsDir: string, query: HistoryQuery): Promise<History> {
  const all = await loadHistory(runsDir, { ...query, check: query.outcome !== undefined });
  const matching = all.filter(({ outcome }) => query.outcome === undefined || outcome === query.outcome);
  const read = await Promise.all(matching.slice(0, query.limit).map((run) => run.read()));
  return { runs: read.map(({ entry }) => entry), matching: matching.length, kept: all.length };
}

/** How often tests failed in the `last` runs that are finished. @throws StoreError as {@link listHistory} */
export async function listFlakes(
  runsDir: string,
  query: LoadOptions & { readonly last: number },
): Promise<Flakes> {
  const finished = (await loadHistory(runsDir, query)).filter(({ state }) => state === 'finished');
  return flakeRates(await Promise.all(finished.slice(0, query.last).map((run) => run.read())));
}

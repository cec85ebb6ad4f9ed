import { resolve } from 'node:path';
import { StoredList, StoredRuns } from '@coordinator/page';
import { openPage } from './open-page.ts';
import { runningRuns } from './running-runs.ts';

/** A page of all runs of a store. */
export interface StoredPage {
  readonly url: string;
  /** Absolute. */
  readonly runsDir: string;
  close(): Promise<void>;
}

/**
 * @param address `[HOST:]PORT`
 * @throws CoordinatorError when the page cannot be served there.
 */
export async function openStoredPage(address: string, runs: string): Promise<StoredPage> {
  const runsDir = resolve(runs);
  const list = new StoredList(runsDir, runningRuns);
  const source = new StoredRuns({ runsDir, list, running: runningRuns });
  const server = await openPage('--listen', address, source);
  return { url: server.url, runsDir, close: () => server.close() };
}

import { resolve } from 'node:path';
import { PageServer, parseListenAddress, StoredList, StoredRuns } from '@coordinator/page';
import { files } from '../files.ts';
import { version } from '../version.ts';
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
  const server = await PageServer.open({
    address: parseListenAddress(address, '--listen'),
    assets: files.page,
    source: new StoredRuns({ runsDir, list, running: runningRuns }),
    coordinator: version,
    token: process.env['COORDINATOR_TOKEN'],
  });
  return { url: server.url, runsDir, close: () => server.close() };
}

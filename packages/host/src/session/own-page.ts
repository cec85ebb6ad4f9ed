import { OwnRun, PageServer, parseListenAddress } from '@coordinator/page';
import type { RunEvent } from '@coordinator/shared/event';
import { files } from '../files.ts';
import { version } from '../version.ts';
import type { Caller } from './caller.ts';

/** For those who look at the end of it; the run is over by then. */
const GRACE_MS = 2000;

/** The page of one run, as long as that goes on. */
export interface OwnPage {
  readonly onEvent: (event: RunEvent) => void;
  close(): Promise<void>;
}

/**
 * @param address `[HOST:]PORT`
 * @param folder where the run will be kept
 * @throws CoordinatorError when the page cannot be served there.
 */
export async function openOwnPage(
  address: string,
  folder: string,
  { onServe }: Pick<Caller, 'onServe'>,
): Promise<OwnPage> {
  const source = new OwnRun(folder, () => server.greet());
  const server = await PageServer.open({
    address: parseListenAddress(address, '--serve'),
    assets: files.page,
    source,
    coordinator: version,
    token: process.env['COORDINATOR_TOKEN'],
  });
  onServe({ url: server.url, note: (text) => server.note(text) });
  return { onEvent: source.onEvent, close: () => server.close(GRACE_MS) };
}

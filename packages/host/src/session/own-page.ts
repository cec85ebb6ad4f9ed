import { OwnRun } from '@coordinator/page';
import type { RunEvent } from '@coordinator/shared/event';
import type { Caller } from './caller.ts';
import { openPage } from './open-page.ts';

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
  const server = await openPage('--serve', address, source);
  onServe({ url: server.url, note: (text) => server.note(text) });
  return { onEvent: source.onEvent, close: () => server.close(GRACE_MS) };
}

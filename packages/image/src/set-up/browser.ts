import { hostArchitecture } from '../apt/host.ts';
import { type Browser, chromium, writeLauncher } from '../artifacts/chromium.ts';
import { ensure } from '../graph/ensure.ts';
import type { MakeOptions } from '../graph/plan.ts';
import { openCache } from './guests.ts';

export interface BrowserSetUpOptions extends MakeOptions {
  readonly cacheDir?: string | undefined;
  /** A folder of the caller's, where the script that starts it is put. */
  readonly folder: string;
}

/**
 * Makes sure that there is a Chromium, Debian's, beside the system: what the page is tested with. No run needs it.
 * @throws SetUpError; the signal's reason when aborted.
 */
export async function setUpBrowser({ folder, ...options }: BrowserSetUpOptions): Promise<Browser> {
  const request = { ...options, cache: openCache(options), host: hostArchitecture() };
  const plan = await ensure({ ...request, targets: [chromium], project: null });
  return writeLauncher(plan.folderOf(chromium), request.host, folder);
}

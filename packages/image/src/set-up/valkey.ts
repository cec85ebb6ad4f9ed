import { findInPath } from '@coordinator/base/programs';
import { hostArchitecture } from '../apt/host.ts';
import { QUEUE_SERVER } from '../artifacts/index.ts';
import { VALKEY_PROGRAM, valkey, valkeyTreeCommand } from '../artifacts/valkey.ts';
import { ensure } from '../graph/ensure.ts';
import type { OnPackages } from '../graph/pin-changes.ts';
import type { OnProgress } from '../graph/progress.ts';
import { openCache } from './guests.ts';

export interface ValkeySetUpOptions {
  readonly cacheDir?: string | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly onPackages?: OnPackages | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes sure that there is a Valkey or Redis: one on $PATH, or Debian's Valkey, fetched once.
 * @returns how to run it
 * @throws SetUpError; the signal's reason when aborted.
 */
export async function setUpValkey(options: ValkeySetUpOptions): Promise<readonly string[]> {
  const onPath = findInPath(VALKEY_PROGRAM) ?? findInPath('redis-server');
  if (onPath) return [onPath];
  const { onProgress, onPackages, signal } = options;
  const host = hostArchitecture();
  const request = { cache: openCache(options), host, onProgress, onPackages, signal };
  const plan = await ensure({ ...request, targets: QUEUE_SERVER, project: null });
  return valkeyTreeCommand(plan.folderOf(valkey), host);
}

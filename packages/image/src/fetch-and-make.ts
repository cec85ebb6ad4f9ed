import type { PackageFile } from './apt/package-file.ts';
import type { Pool } from './apt/pool.ts';
import type { PrivateRoot } from './apt/private-root.ts';
import type { Steps } from './progress.ts';

export const DOWNLOAD = 'Downloading packages';
export const BUILD = 'Unpacking and building';

export interface FetchAndMake {
  readonly pool: Pool;
  /** What to download with; null when everything is here. */
  readonly root: PrivateRoot | null;
  readonly packages: readonly PackageFile[];
  /** How many artifacts `make` makes. */
  readonly count: number;
  readonly steps: Steps;
  readonly signal: AbortSignal | undefined;
  /** Makes them, each as soon as its packages are here; tells how many are done. */
  readonly make: (signal: AbortSignal, onArtifact: (done: number) => void) => Promise<void>;
}

/** Unpacks and builds while the rest is still being downloaded. The first failure ends all of it. */
export async function fetchAndMake(options: FetchAndMake): Promise<void> {
  const { pool, root, packages, count, steps, signal: outer, make } = options;
  const failed = new AbortController();
  const signal = outer ? AbortSignal.any([outer, failed.signal]) : failed.signal;
  let downloading = true;
  const download = async () => {
    if (root) {
      await pool.download(root, packages, {
        signal,
        onBytes: (done, total) => steps.report(DOWNLOAD, total === 0 ? 1 : done / total, { done, total }),
      });
    }
    downloading = false;
    steps.report(BUILD, null);
  };
  const onArtifact = (done: number) => {
    if (!downloading) steps.report(BUILD, done / count);
  };
  const tasks = [download(), make(signal, onArtifact)];
  const results = await Promise.allSettled(
    tasks.map((task) =>
      task.catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  outer?.throwIfAborted();
  if (failed.signal.aborted) throw failed.signal.reason;
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

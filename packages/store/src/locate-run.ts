import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { hasCode } from '@coordinator/base/errors';
import { isRunId } from './run-id.ts';
import { EVENTS_FILE, LATEST_LINK, REPORT_FILE } from './run-store.ts';
import { StoreError } from './store-error.ts';

/** Where to read a finished run from. Paths are absolute. */
export type RunLocation =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'events'; readonly file: string; readonly folder: string }
  | { readonly kind: 'report'; readonly file: string };

export interface StoredRun {
  readonly id: string;
  readonly folder: string;
  /** Whether the coordinator lived to write its report. */
  readonly finished: boolean;
}

/** The runs kept in a folder, newest first; none when there is no such folder. @throws StoreError */
export async function listRuns(runsDir: string): Promise<StoredRun[]> {
  const runs = resolve(runsDir);
  const ids = (await runFolders(runs)).sort().reverse();
  return Promise.all(
    ids.map(async (id) => {
      const folder = join(runs, id);
      return { id, folder, finished: await isThere(join(folder, REPORT_FILE)) };
    }),
  );
}

/**
 * The folder of a run named by its id, by a beginning of it that no other run shares, or by `latest`. Nothing outside
 * `runsDir` can be named.
 * @throws StoreError 'not-found'
 */
export async function findRun(runsDir: string, name: string): Promise<string> {
  const runs = resolve(runsDir);
  const ids = (await runFolders(runs)).sort();
  // By name, not by the link: it is of no use where symbolic links are not possible.
  if (name === LATEST_LINK) {
    const last = ids.at(-1);
    if (last) return join(runs, last);
    throw new StoreError('not-found', runs, `no run is kept in ${runs}`, {
      remedy: 'run `coordinator test` first, or name another folder with --runs DIR',
    });
  }
  const matches = /^[0-9a-z-]{1,20}$/.test(name) ? ids.filter((id) => id.startsWith(name)) : [];
  const [match] = matches;
  if (match && matches.length === 1) return join(runs, match);
  const [problem, remedy] = match
    ? [`${matches.length} runs begin with "${name}"`, `write more of it, such as ${matches.at(-1)}`]
    : [`no run "${name}" is kept in ${runs}`, 'see `coordinator report` for the runs that are'];
  throw new StoreError('not-found', runs, problem, { remedy });
}

/**
 * What a user means by RUN or FILE: an id, a beginning of one, `latest`, a run's folder, its events, or a JSON report.
 * @throws StoreError 'not-found'
 */
export async function locateRun(runsDir: string, text: string): Promise<RunLocation> {
  const looksLikePath = text.includes('/') || /\.jsonl?$/.test(text);
  if (!looksLikePath) {
    try {
      return { kind: 'folder', folder: await findRun(runsDir, text) };
    } catch (error) {
      if (!(await isThere(text))) throw error;
    }
  }
  return locatePath(text);
}

async function locatePath(text: string): Promise<RunLocation> {
  let path: string;
  try {
    // The user's own path may well lead over links; what lies in the run's folder may not.
    path = await realpath(text);
  } catch (error) {
    throw new StoreError('not-found', resolve(text), `${text} is not there`, {
      remedy: "name a run's id, its folder, its events.jsonl or a JSON report",
      cause: error,
    });
  }
  if ((await stat(path)).isDirectory()) return { kind: 'folder', folder: path };
  if (basename(path) === EVENTS_FILE || path.endsWith('.jsonl'))
    return { kind: 'events', file: path, folder: dirname(path) };
  return { kind: 'report', file: path };
}

/** The names of the runs kept in a folder, oldest first; a symbolic link is none. @throws StoreError */
export async function listRunIds(runsDir: string): Promise<string[]> {
  return (await runFolders(resolve(runsDir))).sort();
}

async function runFolders(runs: string): Promise<string[]> {
  try {
    const entries = await readdir(runs, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && isRunId(entry.name)).map((entry) => entry.name);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw new StoreError('not-found', runs, `cannot look into ${runs}: ${(error as Error).message}`, {
      remedy: 'name the folder of the runs with --runs DIR',
      cause: error,
    });
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

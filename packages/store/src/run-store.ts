import { mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { removeTree, temporaryNameFor, writeFileAtomic } from '@coordinator/base/files';
import type { Report } from '@coordinator/shared/report';
import { EventLog, type EventLogOptions } from './event-log.ts';
import { isRunId, newRunId } from './run-id.ts';
import { writeFailure } from './store-error.ts';

export const EVENTS_FILE = 'events.jsonl';
export const REPORT_FILE = 'report.json';
/** The folder, inside its own, of a guest that stays for many rounds; it gets the last one's name at its end. */
export const STAYING_FOLDER = 'guest';
/** The folder for what guests will write whose VMMs stand by; gone at the end of the run. */
export const STANDBY_FOLDER = 'standby';
export const LATEST_LINK = 'latest';
/** What the folder of a run is called, before its name, that is being removed. */
const FORGOTTEN = '.forgotten-';

/**
 * Where one run keeps what happened: `RUNS/ID/` with `events.jsonl`, `report.json` and a folder for every guest.
 * Only the user may enter it: consoles can hold secrets, and guests own what they leave there.
 */
export class RunStore {
  readonly id: string;
  /** Absolute. */
  readonly folder: string;

  private constructor(id: string, folder: string) {
    this.id = id;
    this.folder = folder;
  }

  /**
   * Makes the folder of a new run.
   * @param isMade whether that was done, for what was started before anything was known of the run
   * @throws StoreError 'unwritable' or 'disk-full'.
   */
  static async create(runsDir: string, id = newRunId(), isMade = false): Promise<RunStore> {
    const runs = resolve(runsDir);
    const folder = join(runs, id);
    try {
      await mkdir(runs, { recursive: true, mode: 0o700 });
      await mkdir(folder, { recursive: isMade, mode: 0o700 });
    } catch (error) {
      throw writeFailure(error, folder, 'make a folder for the run');
    }
    await pointLatest(runs, id);
    return new RunStore(id, folder);
  }

  /** @throws StoreError */
  openEventLog(options: EventLogOptions): EventLog {
    return new EventLog(join(this.folder, EVENTS_FILE), options);
  }

  /** Writes `report.json`: all of it, or nothing. @throws StoreError 'unwritable' or 'disk-full'. */
  async writeReport(report: Report): Promise<void> {
    const path = join(this.folder, REPORT_FILE);
    try {
      await writeFileAtomic(path, `${JSON.stringify(report, null, 2)}\n`, 0o600);
    } catch (error) {
      throw writeFailure(error, path, 'write the report');
    }
  }
}

/** Removes the folder of a run of which there is nothing to tell. */
export async function forgetRun(folder: string): Promise<void> {
  const link = join(dirname(folder), LATEST_LINK);
  const latest = await readlink(link).catch(() => null);
  if (latest === basename(folder)) await rm(link, { force: true });
  // It is there or it is not: nobody reads half of it, and one that is killed here leaves what is no run.
  const forgotten = `${join(dirname(folder), FORGOTTEN)}${basename(folder)}`;
  const moved = await rename(folder, forgotten).then(
    () => true,
    () => false,
  );
  await removeTree(moved ? forgotten : folder);
}

/** Removes what is left of runs whose removal was interrupted. */
export async function removeForgotten(runsDir: string): Promise<void> {
  const entries = await readdir(runsDir, { withFileTypes: true }).catch(() => []);
  const left = entries.filter(
    ({ name }) => name.startsWith(FORGOTTEN) && isRunId(name.slice(FORGOTTEN.length)),
  );
  for (const { name } of left) await removeTree(join(runsDir, name));
}

/** `RUNS/latest` is for people and shells; no run fails because a file system has no symbolic links. */
async function pointLatest(runs: string, id: string): Promise<void> {
  const link = join(runs, LATEST_LINK);
  const temporary = temporaryNameFor(link);
  try {
    await symlink(id, temporary);
    await rename(temporary, link);
  } catch {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

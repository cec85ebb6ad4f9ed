import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '@coordinator/base/user';
import { ownIdentity } from '@coordinator/machine/process';
import { createRuntimeFolder, userRuntimeFolder } from '@coordinator/machine/runtime-folder';
import { endEarlyVmm, firstStandby, startEarlyVmm, type VmmStart } from '@coordinator/machine/vmm';
import { newRunId } from '@coordinator/store';
import { dropEarlyRun, type EarlyRun, offerEarlyRun } from '../early-run.ts';
import { isInLab } from '../in-lab.ts';
import { isOwn } from './is-own.ts';
import { keepNewest } from './keep-newest.ts';

/** In the cache: for the words of a command, what its first VMM was the last time. */
const FOLDER = 'early-guests';
/** Words that people give again and again. */
const MOST_NOTES = 8;
/** What is not used by then, nobody will use: something has to be set up. */
const UNUSED_MS = 10_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How a VMM was started that stood by, in a run of this name. */
interface Note {
  readonly run: string;
  /** Where that run was kept. */
  readonly runs: string;
  /** Where its guest wrote to. */
  readonly results: string;
  readonly start: VmmStart;
}

/**
 * Starts the VMM of the first guest if the last run with the same words had one that stood by, and makes the folders that it
 * needs, of a run that is to come: it is ready when it is known that it is needed. Never throws.
 */
export function startGuestAsBefore(): void {
  if (isInLab()) return;
  try {
    const note = readNote();
    if (note === null) return;
    const id = newRunId();
    const ofRun = (text: string) => text.replaceAll(note.run, id);
    const { start, runs } = note;
    const { marker } = start;
    // Where sockets are has changed: nothing of it would fit.
    if (marker.runtime !== userRuntimeFolder()) return;
    const owner = ownIdentity();
    const folder = join(runs, id);
    const run: EarlyRun = {
      id,
      folder,
      runtimeFolder: createRuntimeFolder({ run: id, owner, folder }),
      results: ofRun(note.results),
    };
    offerEarlyRun(run);
    endUnused();
    // Guests own what they leave there: nobody but the user may enter.
    mkdirSync(folder, { mode: 0o700 });
    mkdirSync(dirname(run.results), { mode: 0o700 });
    mkdirSync(run.results, { mode: 0o777 });
    startEarlyVmm({ ...start, words: start.words.map(ofRun), marker: { ...marker, run: id, owner } });
  } catch {
    dropEarlyRun();
  }
}

/** For the next run with the same words. Never throws. */
export function noteGuest(): void {
  const standby = firstStandby();
  try {
    const path = notePath();
    if (standby === null) {
      rmSync(path, { force: true });
      return;
    }
    const { start, folder } = standby;
    const { run } = start.marker;
    const runs = folder.slice(0, folder.indexOf(`/${run}/`));
    const note: Note = { run, runs, results: folder, start };
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, JSON.stringify(note), { mode: 0o600 });
    keepNewest(dirname(path), MOST_NOTES);
  } catch {
    // As where the cache cannot be written to: then none is started early.
  }
}

/** Whatever becomes of this process, but for SIGKILL: then the next command finds what is left of the run. */
function endUnused(): void {
  const end = () => {
    dropEarlyRun();
    endEarlyVmm();
  };
  setTimeout(end, UNUSED_MS).unref();
  process.once('exit', end);
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      end();
      // Nobody else listens yet.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
  }
}

/** The same words elsewhere may mean another plan, or another configuration. */
function notePath(): string {
  const words = JSON.stringify([process.cwd(), ...process.argv.slice(2)]);
  const name = createHash('sha256').update(words).digest('hex').slice(0, 16);
  return join(cacheFolder(), FOLDER, name);
}

/** Null when there is none that can be believed. @throws Error when it cannot be read. */
function readNote(): Note | null {
  const path = notePath();
  if (!existsSync(path) || ![path, dirname(path)].every(isOwn)) return null;
  return JSON.parse(readFileSync(path, 'utf8'));
}

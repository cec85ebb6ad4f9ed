import { closeSync, ftruncateSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { RunEvent } from '@coordinator/shared/event';
import { type StoreError, writeFailure } from './store-error.ts';

/** The system calls an {@link EventLog} makes. */
export interface LogFile {
  open(path: string): number;
  /** @returns bytes written, possibly fewer than given. */
  write(fd: number, bytes: Uint8Array): number;
  truncate(fd: number, length: number): void;
  close(fd: number): void;
}

export interface EventLogOptions {
  /** Called once at most, when events cannot be written. They are kept and tried again until the log is closed. */
  readonly onFailure: (error: StoreError) => void;
  readonly file?: LogFile;
}

/** A killed coordinator loses no other event older than this. */
const FLUSH_MS = 200;
/** Enough to write early. */
const FLUSH_CHARACTERS = 64 * 1024;
/** What is kept in memory while nothing can be written. */
const MAX_PENDING_CHARACTERS = 8 * 2 ** 20;

/**
 * Worth the wait for the disk: what follows may be the end of the process, and an agent that is told that its report
 * has arrived does not keep it.
 */
const flushedAtOnce: ReadonlySet<RunEvent['type']> = new Set<RunEvent['type']>([
  'run-started',
  'guest-ended',
  'run-ended',
  'guest-channel',
  'guest-hello',
  'guest-device',
  'guest-test',
]);

const systemFile: LogFile = {
  // Appending, and refusing to go on with a file that is there.
  open: (path) => openSync(path, 'ax', 0o600),
  write: (fd, bytes) => writeSync(fd, bytes),
  truncate: ftruncateSync,
  close: closeSync,
};

/**
 * Appends a run's events to `events.jsonl`, one JSON object a line, in order. Writes are synchronous but gathered:
 * one system call for what comes within 200 ms. The file always ends with a whole line: when the disk fills up in
 * the middle of one, its beginning is taken back.
 */
export class EventLog {
  readonly path: string;
  readonly #file: LogFile;
  readonly #onFailure: (error: StoreError) => void;
  #fd: number;
  #length = 0;
  #pending: string[] = [];
  #pendingCharacters = 0;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #state: 'open' | 'overrun' | 'closed' = 'open';
  #failing = false;
  #reported = false;

  /** @throws StoreError when the file cannot be made. */
  constructor(path: string, { onFailure, file = systemFile }: EventLogOptions) {
    this.path = path;
    this.#file = file;
    this.#onFailure = onFailure;
    try {
      this.#fd = file.open(path);
    } catch (error) {
      throw writeFailure(error, path, 'keep the events of the run');
    }
    process.on('exit', this.#flush);
  }

  /** Never throws. An arrow function, so that it can be handed on as a listener. */
  readonly append = (event: RunEvent): void => {
    if (this.#state !== 'open') {
      this.#lost += 1;
      return;
    }
    const line = `${JSON.stringify(event)}\n`;
    this.#pending.push(line);
    this.#pendingCharacters += line.length;
    const due = flushedAtOnce.has(event.type) || this.#pendingCharacters >= FLUSH_CHARACTERS;
    // After a failure only the timer tries again, however fast events come.
    if (due && !this.#failing) this.#flush();
    else this.#timer ??= setTimeout(this.#flush, FLUSH_MS).unref();
  };

  /** Bytes written. */
  get length(): number {
    return this.#length;
  }

  /**
   * Writes the log anew with the lines that `keep` wants, in one step: who reads or finds it sees the old or the new.
   * A log that cannot be replaced goes on as it is.
   */
  compact(keep: (event: RunEvent) => boolean): void {
    this.#flush();
    if (this.#state !== 'open' || this.#failing) return;
    const replacement = `${this.path}.new`;
    rmSync(replacement, { force: true });
    let fd: number | undefined;
    try {
      const lines = readFileSync(this.path, 'utf8').split('\n').slice(0, -1);
      const kept = lines.filter((line) => keep(JSON.parse(line) as RunEvent));
      const bytes = Buffer.from(kept.map((line) => `${line}\n`).join(''));
      fd = this.#file.open(replacement);
      for (let at = 0; at < bytes.length; ) at += this.#file.write(fd, bytes.subarray(at));
      renameSync(replacement, this.path);
      this.#file.close(this.#fd);
      this.#fd = fd;
      this.#length = bytes.length;
    } catch {
      if (fd !== undefined) this.#file.close(fd);
      rmSync(replacement, { force: true });
    }
  }

  /** Writes what is left. @returns how many events could not be written. */
  close(): number {
    if (this.#state === 'closed') return this.#lost;
    this.#flush();
    this.#lost += this.#pending.length;
    this.#pending = [];
    this.#state = 'closed';
    clearTimeout(this.#timer);
    process.off('exit', this.#flush);
    this.#file.close(this.#fd);
    return this.#lost;
  }

  readonly #flush = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length === 0 || this.#state !== 'open') return;
    const bytes = Buffer.from(this.#pending.join(''));
    try {
      this.#writeAll(bytes);
      this.#length += bytes.length;
      this.#pending = [];
      this.#pendingCharacters = 0;
      this.#failing = false;
    } catch (error) {
      this.#failing = true;
      this.#keepForLater();
      if (!this.#reported) {
        this.#reported = true;
        this.#onFailure(writeFailure(error, this.path, 'write the events of the run'));
      }
    }
  };

  #writeAll(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += this.#file.write(this.#fd, bytes.subarray(at));
  }

  #keepForLater(): void {
    try {
      this.#file.truncate(this.#fd, this.#length);
    } catch {
      // What is there of the last line stays: a reader tolerates that.
    }
    if (this.#pendingCharacters <= MAX_PENDING_CHARACTERS) {
      this.#timer = setTimeout(this.#flush, FLUSH_MS).unref();
      return;
    }
    // Going on after a gap would make a report that looks whole and is not.
    this.#state = 'overrun';
    this.#lost += this.#pending.length;
    this.#pending = [];
  }
}

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '@coordinator/base/user';
import { isOwn } from './is-own.ts';
import { keepNewest } from './keep-newest.ts';

const FOLDER = 'code';
/** Of other builds, checkouts and versions of Node. */
const MOST_FILES = 4;
const DIGEST_BYTES = 32;

const digestOf = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

/**
 * What V8 compiled a file to, kept for the next process. V8 takes what it finds there for granted, beyond its version, its flags
 * and the length of the source: so it has to be whole, and this user's alone.
 */
export class KeptCode {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @returns null where nothing can be kept. @throws the file system's error when there is no such file. */
  static of(source: string): KeptCode | null {
    const { size, mtimeMs, ino } = statSync(source);
    const what = [source, size, mtimeMs, ino, process.version, process.arch, ...process.execArgv];
    try {
      return new KeptCode(
        join(cacheFolder(), FOLDER, digestOf(what.join('\0')).toString('hex').slice(0, 16)),
      );
    } catch {
      return null;
    }
  }

  /** @returns null when there is none that can be used. */
  read(): Buffer | null {
    try {
      if (![this.#folder, this.#path].every(isOwn)) return null;
      const bytes = readFileSync(this.#path);
      const code = bytes.subarray(DIGEST_BYTES);
      return digestOf(code).equals(bytes.subarray(0, DIGEST_BYTES)) ? code : null;
    } catch {
      return null;
    }
  }

  /** Never throws: what is not kept is compiled again. */
  write(code: Buffer): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const temporary = `${this.#path}.${process.pid}`;
      try {
        writeFileSync(temporary, Buffer.concat([digestOf(code), code]), { mode: 0o600, flag: 'wx' });
        renameSync(temporary, this.#path);
      } finally {
        rmSync(temporary, { force: true });
      }
      keepNewest(this.#folder, MOST_FILES);
    } catch {
      // As where the folder is another user's, or the disk is full.
    }
  }

  get #folder(): string {
    return dirname(this.#path);
  }
}

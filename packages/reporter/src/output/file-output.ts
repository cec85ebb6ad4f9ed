import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { mkdir, open, realpath, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode, messageOf, usageError } from '@coordinator/base/errors';
import { temporaryNameFor, writeFileAtomic } from '@coordinator/base/files';
import type { ReporterOutput } from './output.ts';

/**
 * Opens the file of a reporter, making its folder, and finds out now whether it can be written: a run of an hour must
 * not end with a report that has no place.
 * @param whole for a document that is of use only when all of it is there: it then replaces `path` at once.
 * @throws CoordinatorError (usage)
 */
export async function openFileOutput(name: string, path: string, whole: boolean): Promise<ReporterOutput> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const kind = await kindOf(path);
    // Renaming over /dev/null or a FIFO would replace it by a file.
    if (kind === 'other') return new AppendedFile(openSpecial(path));
    if (!whole) return new AppendedFile(openSync(path, 'w'));
    const target = kind === 'file' ? await realpath(path) : path;
    await probe(target);
    return new WholeFile(target);
  } catch (error) {
    throw usageError(
      `cannot write the ${name} report to ${path}: ${messageOf(error)}`,
      `name another file: --reporter ${name}=FILE`,
    );
  }
}

async function kindOf(path: string): Promise<'file' | 'other' | 'none'> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Error('it is a folder');
    return found.isFile() ? 'file' : 'other';
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'none';
    throw error;
  }
}

/** Opening a FIFO that nobody reads would wait for ever; without waiting it fails with ENXIO. */
function openSpecial(path: string): number {
  const probe = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    return openSync(path, constants.O_WRONLY);
  } finally {
    // Only now, so that a reader has not seen an end yet.
    closeSync(probe);
  }
}

/** A file that replaces `target` is made beside it. */
async function probe(target: string): Promise<void> {
  const temporary = temporaryNameFor(target);
  const file = await open(temporary, 'wx');
  await file.close();
  await rm(temporary);
}

/** Text that is of use as soon as it is there. */
class AppendedFile implements ReporterOutput {
  readonly stream = null;
  readonly #fd: number;
  #failure: unknown;
  #open = true;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(text: string): void {
    if (this.#failure || !this.#open) return;
    const bytes = Buffer.from(text);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
    } catch (error) {
      this.#failure = error;
    }
  }

  async close(): Promise<void> {
    this.abandon();
    if (this.#failure) throw this.#failure;
  }

  abandon(): void {
    if (this.#open) closeSync(this.#fd);
    this.#open = false;
  }
}

class WholeFile implements ReporterOutput {
  readonly stream = null;
  readonly #path: string;
  #parts: string[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  write(text: string): void {
    this.#parts.push(text);
  }

  async close(): Promise<void> {
    await writeFileAtomic(this.#path, this.#parts.join(''), 0o666);
  }

  abandon(): void {
    this.#parts = [];
  }
}

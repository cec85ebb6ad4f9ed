import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { SetUpError } from '../errors.ts';
import { bounded } from '../process/bounded.ts';
import { boundsFor, type RunOptions } from '../process/run.ts';

const ARCHIVING: RunOptions = {
  purpose: 'archive the pack',
  code: 'build-failed',
  remedy: 'Give a file on another disk with --out.',
};

/**
 * Writes a folder as a gzipped tar archive, everything in it below `coordinator/`. The same files give the same bytes;
 * the archive is there whole or not at all.
 */
export async function archivePack(directory: string, file: string, signal?: AbortSignal): Promise<void> {
  const target = resolve(file);
  const unfinished = `${target}.${process.pid}.tmp`;
  const { execa } = await import('execa');
  const sameBytes = [
    '--sort=name',
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--format=ustar',
  ];
  const tar = execa('tar', ['-c', ...sameBytes, '--transform=s,^\\.,coordinator,', '-C', directory, '.'], {
    buffer: { stdout: false },
    reject: false,
  });
  try {
    // Most of it is programs: higher levels take twice as long for a hundredth of the size.
    const written = pipeline(
      tar.stdout,
      createGzip({ level: 6 }),
      createWriteStream(unfinished),
      ...(signal ? [{ signal }] : []),
    );
    await bounded(
      [tar.pid],
      written,
      boundsFor('tar', { ...ARCHIVING, signal }, () => tar.kill()),
    );
    const { failed, stderr } = await tar;
    signal?.throwIfAborted();
    if (failed) {
      throw new SetUpError('build-failed', `Could not archive the pack: tar failed.`, {
        remedy: 'See the messages above.',
        stderr,
      });
    }
    await rename(unfinished, target);
  } catch (error) {
    tar.kill();
    await rm(unfinished, { force: true });
    signal?.throwIfAborted();
    if (error instanceof SetUpError) throw error;
    throw new SetUpError(
      'file-missing',
      `The pack ${target} cannot be written: ${(error as Error).message}`,
      {
        remedy: 'Give another file with --out.',
        cause: error,
      },
    );
  }
}

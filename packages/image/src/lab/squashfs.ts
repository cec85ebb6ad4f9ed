import { join } from 'node:path';
import type { PackageFile } from '../apt/package-file.ts';
import type { Pool } from '../apt/pool.ts';
import { unpackTree } from '../build/unpack.ts';
import type { HostArchitecture } from '../recipe.ts';
import { run } from '../run.ts';

const PROGRAM = 'usr/bin/mksquashfs';

/** Unpacks the squashfs tools for this machine, with the libraries they need. */
export async function makeSquashfsTools(
  directory: string,
  pool: Pool,
  packages: readonly PackageFile[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  await unpackTree(pool, packages, directory, { signal });
  return [PROGRAM];
}

/**
 * Packs a folder into an image. Nothing in it is compressed: an emulated processor would take longer to decompress it
 * than QEMU to read it. The same files give the same bytes.
 * @param tools folder of the tools' artifact.
 */
export async function packSquashfs(
  tools: string,
  host: HostArchitecture,
  folder: string,
  image: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const libraries = join(tools, 'usr/lib', host.triplet);
  const uncompressed = ['-noI', '-noD', '-noF', '-noX'];
  const reproducible = ['-all-root', '-mkfs-time', '0', '-all-time', '0', '-no-exports'];
  const quiet = ['-quiet', '-no-progress', '-noappend'];
  const args = [folder, image, ...uncompressed, ...reproducible, ...quiet];
  await run(join(libraries, host.loader), ['--library-path', libraries, join(tools, PROGRAM), ...args], {
    purpose: 'pack a file system image',
    code: 'build-failed',
    remedy: 'Run the same command again.',
    signal,
  });
}

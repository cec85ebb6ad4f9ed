import { join } from 'node:path';
import type { PackageFile } from '../apt/package-file.ts';
import type { Pool } from '../apt/pool.ts';
import { unpackTree } from '../build/unpack.ts';
import { SetUpError } from '../errors.ts';
import type { HostArchitecture } from '../recipe.ts';
import { run } from '../run.ts';
import { askQemu, QEMU_PROGRAM, unsuitability } from './probe.ts';

const BINARY = `usr/bin/${QEMU_PROGRAM}`;

/**
 * How to run the QEMU of an unpacked tree on a machine with another C library: through the tree's own loader, with
 * the tree's libraries only.
 */
export function qemuTreeCommand(tree: string, host: HostArchitecture): readonly string[] {
  const libraries = join(tree, 'usr/lib', host.triplet);
  const loader = join(libraries, host.loader);
  return [loader, '--library-path', libraries, join(tree, BINARY), '-L', join(tree, 'usr/share/qemu')];
}

/** Unpacks QEMU and sees that it runs. */
export async function makeQemuTree(
  directory: string,
  pool: Pool,
  packages: readonly PackageFile[],
  host: HostArchitecture,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  await unpackTree(pool, packages, directory, { signal });
  await checkLibraries(directory, host, signal);
  const why = unsuitability(await askQemu(qemuTreeCommand(directory, host), signal));
  if (why) throw unusable(`The QEMU that was fetched ${why}.`);
  return [BINARY, join('usr/lib', host.triplet, host.loader), join('usr/lib', host.triplet, 'libc.so.6')];
}

/** The recipe leaves packages out: a newer QEMU that needs one of them must be noticed here, not in a test run. */
async function checkLibraries(
  directory: string,
  host: HostArchitecture,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [loader = '', option = '', libraries = '', program = ''] = qemuTreeCommand(directory, host);
  const listing = await run(loader, [option, libraries, '--list', program], {
    purpose: 'list the libraries of QEMU',
    code: 'qemu-unusable',
    remedy: 'Report this, with the messages above.',
    signal,
  });
  const missing = [...listing.toString('utf8').matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name);
  if (missing.length > 0) throw unusable(`The QEMU that was fetched lacks ${missing.join(', ')}.`);
}

function unusable(message: string): SetUpError {
  return new SetUpError('qemu-unusable', message, {
    remedy: 'Report this: the recipe does not fit the packages of today. Meanwhile --qemu PATH works.',
  });
}

import { join } from 'node:path';
import { checkAptHost, findInPath, hostArchitecture } from '../apt/host.ts';
import { type PackageFile, parsePrintUris } from '../apt/package-file.ts';
import { Pool } from '../apt/pool.ts';
import { PrivateRoot } from '../apt/private-root.ts';
import { stanza } from '../apt/sources.ts';
import { openUpdatedRoot } from '../apt/update.ts';
import { unpackTree } from '../build/unpack.ts';
import { type ArtifactId, Cache, defaultCacheDirectory } from '../cache/cache.ts';
import { hashValue } from '../cache/hash.ts';
import { readSealed, writeSealed } from '../cache/sealed-file.ts';
import { SetUpError } from '../errors.ts';
import { type OnProgress, Steps } from '../progress.ts';
import type { Qemu } from '../qemu/find.ts';
import { run } from '../run.ts';
import { VSOCK } from './recipe.ts';

const INDEXES = 'Fetching a package index for vsock';
const DOWNLOAD = 'Downloading the vsock server';

export interface VsockSetUpOptions {
  readonly cacheDir?: string | undefined;
  /** The QEMU in use; the C library of a fetched one serves where the machine's own is too old. */
  readonly qemu: Qemu;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

type Pin = { readonly [Key in keyof PackageFile]: PackageFile[Key] };

/**
 * Makes sure that there is a vhost-device-vsock: one on $PATH, or Debian's, fetched once (11 MB, of which 10 are the
 * index that its signature covers).
 *
 * @returns how to run it
 * @throws SetUpError; the signal's reason when aborted.
 */
export async function setUpVsock(options: VsockSetUpOptions): Promise<readonly string[]> {
  const onPath = await findInPath(VSOCK.program);
  if (onPath) return [onPath];
  const cache = new Cache(options.cacheDir ?? defaultCacheDirectory());
  const tree = (await findMade(cache)) ?? (await cache.exclusively(options, () => make(cache, options)));
  return commandFor(join(tree, VSOCK.binary), options);
}

/** The artifact's folder, if it is there. */
async function findMade(cache: Cache): Promise<string | null> {
  const pin = await readSealed<Pin>(pinPath(cache));
  if (!pin || !(await cache.has(artifact(pin)))) return null;
  await cache.touch(artifact(pin));
  return cache.pathOf(artifact(pin));
}

async function make(cache: Cache, { onProgress = () => {}, signal }: VsockSetUpOptions): Promise<string> {
  // Whoever held the lock before may have done it.
  const made = await findMade(cache);
  if (made) return made;
  const host = hostArchitecture();
  await checkAptHost(['the vsock server']);
  const steps = new Steps([INDEXES, DOWNLOAD], onProgress);
  steps.report(INDEXES, null);
  const folder = cache.path('apt-vsock');
  const root = await openUpdatedRoot(folder, host, {
    signal,
    onFraction: (fraction) => steps.report(INDEXES, fraction),
    sources: ({ archive }, keyring) => stanza(archive, VSOCK.suite, [host.debian], keyring),
  });
  const pin = await choose(root, signal);
  await writeSealed(pinPath(cache), { ...pin });
  const pool = new Pool(cache.path('pool'));
  const [tree] = await Promise.all([
    cache.make(artifact(pin), async (directory) => {
      await unpackTree(pool, [pin], directory, { signal });
      return [VSOCK.binary];
    }),
    pool.download(root, [pin], {
      signal,
      onBytes: (done, total) => steps.report(DOWNLOAD, done / total, { done, total }),
    }),
  ]);
  await pool.remove();
  await PrivateRoot.remove(folder);
  return tree;
}

async function choose(root: PrivateRoot, signal: AbortSignal | undefined): Promise<PackageFile> {
  const args = ['download', '--print-uris', '-qq', '-o', 'Acquire::ForceHash=SHA256', VSOCK.package];
  const remedy = 'Name another mirror with COORDINATOR_DEBIAN_MIRROR=URL, or use --channel file.';
  const purpose = `find ${VSOCK.package}`;
  const output = await root.run('apt-get', args, { purpose, code: 'package-missing', remedy, signal });
  const [found] = parsePrintUris(output.toString('utf8'));
  if (found) return found;
  throw new SetUpError('package-missing', `Debian ${VSOCK.suite} has no ${VSOCK.package}.`, { remedy });
}

/** It needs glibc 2.34. Where there is an older one, it runs on that of the QEMU which was fetched. */
async function commandFor(binary: string, { qemu, signal }: VsockSetUpOptions): Promise<readonly string[]> {
  const ways = [[binary], ...(qemu.origin === 'cache' ? [[...qemu.command.slice(0, 3), binary]] : [])];
  let failure: unknown;
  for (const way of ways) {
    const [program = binary, ...args] = way;
    try {
      await run(program, [...args, '--version'], {
        purpose: '',
        code: 'host-unsupported',
        remedy: '',
        signal,
      });
      return way;
    } catch (error) {
      signal?.throwIfAborted();
      failure = error;
    }
  }
  throw new SetUpError('host-unsupported', `The vsock server ${binary} does not run on this machine.`, {
    remedy: 'Install vhost-device-vsock so that it is on $PATH, or use --channel file.',
    cause: failure,
  });
}

const pinPath = (cache: Cache): string =>
  cache.path(`vsock-${hashValue([VSOCK, process.arch]).slice(0, 16)}.json`);

const artifact = ({ file, sha256 }: Pin): ArtifactId => ({ kind: 'vsock', key: hashValue([file, sha256]) });

import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { hostArchitecture } from './apt/host.ts';
import { Cache, defaultCacheDirectory } from './cache/cache.ts';
import { SetUpError } from './errors.ts';
import type { PlatformFiles, SetUpOptions } from './options.ts';
import { type Pins, readPins } from './pins.ts';
import { type ArtifactName, artifactIds, hashAllSources, packagesOf, type SourceHashes } from './plan.ts';
import { findQemu, type Qemu } from './qemu/find.ts';
import { qemuTreeCommand } from './qemu/tree.ts';
import type { HostArchitecture } from './recipe.ts';

/** What set-up finds before it does anything. */
export interface State {
  readonly cache: Cache;
  readonly host: HostArchitecture;
  readonly options: SetUpOptions;
  readonly hashes: SourceHashes;
  /** A QEMU the user has, or null if one is to be fetched. */
  readonly ownQemu: Qemu | null;
  readonly pins: Pins;
}

/** Looks at options, sources and pins. @throws SetUpError for files or a QEMU that cannot be used. */
export async function readState(options: SetUpOptions): Promise<State> {
  const cache = new Cache(resolve(options.cacheDir ?? defaultCacheDirectory()));
  const host = hostArchitecture();
  for (const [name, path] of [
    ['kernel', options.kernel],
    ['initrd', options.initrd],
  ] as const) {
    if (path) await mustBeReadable(name, path);
  }
  const [hashes, ownQemu, pins] = await Promise.all([
    hashAllSources(options),
    findQemu(options.qemu, cache, options.signal),
    readPins(cache, host),
  ]);
  return { cache, host, options, hashes, ownQemu, pins };
}

async function mustBeReadable(name: string, path: string): Promise<void> {
  try {
    await access(path, constants.R_OK);
  } catch (cause) {
    throw new SetUpError('file-missing', `The ${name} ${path} cannot be read.`, {
      remedy: `Give another file with --${name}, or leave it out to use Debian's.`,
      cause,
    });
  }
}

/** The artifacts a run uses itself; others are only steps on the way to them. */
export function artifactsInUse({ options, ownQemu }: State): ArtifactName[] {
  const used: ArtifactName[] = ['kit'];
  if (!options.initrd) used.unshift('initrd');
  if (!options.kernel) used.unshift('kernel');
  if (!ownQemu) used.unshift('qemu');
  if (options.changedDrivers) used.push('drivers');
  return used;
}

/** What each artifact is made from. */
const MADE_FROM: Partial<Record<ArtifactName, readonly ArtifactName[]>> = {
  // Modules are decompressed with the SDK's busybox where the host has no xz.
  kernel: ['sdk'],
  initrd: ['kernel'],
  native: ['sdk'],
  drivers: ['sdk'],
  kit: ['native', 'sdk'],
};

/** Which artifacts have to be made, those they are made from included. */
export async function artifactsToMake(state: State, pins: Pins): Promise<ReadonlySet<ArtifactName>> {
  const ids = artifactIds(pins, state.hashes);
  const toMake = new Set<ArtifactName>();
  const visit = async (name: ArtifactName): Promise<void> => {
    const id = ids[name];
    if (id && (await state.cache.has(id, state.options.verify))) return;
    toMake.add(name);
    for (const source of MADE_FROM[name] ?? []) await visit(source);
  };
  await Promise.all(artifactsInUse(state).map(visit));
  return toMake;
}

/** Where everything is, once nothing has to be made any more. */
export async function platformFiles(state: State, pins: Pins): Promise<PlatformFiles> {
  const { cache, host, options, ownQemu } = state;
  const ids = artifactIds(pins, state.hashes);
  const folderOf = (name: ArtifactName): string => {
    const id = ids[name];
    if (!id) throw new Error(`no packages are chosen for the artifact ${name}`);
    return cache.pathOf(id);
  };
  await Promise.all(artifactsInUse(state).map(async (name) => ids[name] && cache.touch(ids[name])));
  return {
    qemu: ownQemu ?? {
      command: qemuTreeCommand(folderOf('qemu'), host),
      version: packagedQemuVersion(pins),
      origin: 'cache',
    },
    kernel: resolve(options.kernel ?? `${folderOf('kernel')}/vmlinuz`),
    kernelRelease: options.kernel ? null : pins.kernelRelease,
    initrd: resolve(options.initrd ?? `${folderOf('initrd')}/initrd`),
    kit: folderOf('kit'),
    changedDrivers: options.changedDrivers ? folderOf('drivers') : null,
  };
}

/** "1:11.1.3+ds-1~bpo13+1" is 11.1.3. */
function packagedQemuVersion(pins: Pins): string {
  const version =
    packagesOf('qemu', pins).find(({ name }) => name.startsWith('qemu-system-arm'))?.version ?? '';
  return /^(?:\d+:)?(?<upstream>\d+(\.\d+)*)/.exec(version)?.groups?.['upstream'] ?? version;
}

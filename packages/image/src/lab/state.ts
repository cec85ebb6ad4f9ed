import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { hostArchitecture } from '../apt/host.ts';
import type { PackageFile } from '../apt/package-file.ts';
import { type ArtifactId, Cache, defaultCacheDirectory } from '../cache/cache.ts';
import { type Hashable, hashFile, hashValue } from '../cache/hash.ts';
import type { PlatformFiles, SetUpOptions } from '../options.ts';
import type { HostArchitecture } from '../recipe.ts';
import { LAB_INIT, LAB_MAIN } from './lab-init.ts';
import { type LabPins, readLabPins } from './pins.ts';
import { ARM_NODE, LAB_RECIPE_VERSION, type LabSetName } from './recipe.ts';

export type LabArtifact = 'arm-node' | 'squashfs-tools' | 'lab-root' | 'lab-initrd' | 'pack';

export interface LabSources {
  /** Folder of the built coordinator: `coordinator.js`, and `lab-exec-daemon.mjs` that runs commands in the lab. */
  readonly bundle: string;
}

/** `kernel`, `initrd` and `qemu` of these options are for guests and the machine that runs the lab, as ever. */
export interface LabSetUpOptions extends SetUpOptions, LabSources {}

export interface LabState {
  readonly cache: Cache;
  readonly host: HostArchitecture;
  readonly options: LabSetUpOptions;
  readonly platform: PlatformFiles;
  readonly pins: LabPins;
  readonly sourceHash: string;
}

export async function readLabState(options: LabSetUpOptions, platform: PlatformFiles): Promise<LabState> {
  const cache = new Cache(resolve(options.cacheDir ?? defaultCacheDirectory()));
  const host = hostArchitecture();
  const [pins, sourceHash] = await Promise.all([readLabPins(cache, host), hashLabSources(options)]);
  return { cache, host, options, platform, pins, sourceHash };
}

async function hashLabSources({ bundle }: LabSources): Promise<string> {
  const entries = await readdir(bundle, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const hashes = await Promise.all(files.sort().map(hashFile));
  return hashValue([...files.map((file) => file.slice(bundle.length)), ...hashes]);
}

/** Which packages each artifact is made from. */
export const LAB_SETS_OF: Partial<Record<LabArtifact, LabSetName>> = {
  'arm-node': 'arm-libraries',
  'squashfs-tools': 'squashfs-tools',
  'lab-root': 'arm-host',
};

/** What each artifact is made from, or with. */
export const LAB_MADE_FROM: Partial<Record<LabArtifact, readonly LabArtifact[]>> = {
  'lab-root': ['squashfs-tools'],
  pack: ['arm-node', 'squashfs-tools'],
};

/** The key of every artifact, or null for those whose packages are not known yet. */
export function labArtifactIds(state: LabState, pins: LabPins): Record<LabArtifact, ArtifactId | null> {
  const { platform, sourceHash } = state;
  const hashes = (packages: readonly PackageFile[]) =>
    packages.map(({ file, sha256 }) => `${file} ${sha256}`);
  const fromSet = (kind: LabArtifact, ...more: Hashable[]): ArtifactId | null => {
    const packages = pins[LAB_SETS_OF[kind] as LabSetName];
    return packages ? id(kind, [...hashes(packages).sort(), ...more]) : null;
  };
  // A cache folder's name has the hash of all it was made from.
  const kernel = basename(dirname(platform.kernel));
  const armNode = fromSet('arm-node', ARM_NODE.version, ARM_NODE.sha512);
  const guestFiles = [kernel, basename(dirname(platform.initrd)), basename(platform.kit)];
  return {
    'arm-node': armNode,
    'squashfs-tools': fromSet('squashfs-tools'),
    'lab-root': fromSet('lab-root', kernel, LAB_MAIN),
    'lab-initrd': id('lab-initrd', [kernel, LAB_INIT]),
    pack: armNode && id('pack', [armNode.key, ...guestFiles, sourceHash]),
  };
}

function id(kind: LabArtifact, inputs: Hashable): ArtifactId {
  return { kind, key: hashValue([LAB_RECIPE_VERSION, kind, inputs]) };
}

/** Which of the artifacts wanted have to be made, those they are made from included. */
export async function labArtifactsToMake(
  state: LabState,
  pins: LabPins,
  wanted: readonly LabArtifact[],
): Promise<ReadonlySet<LabArtifact>> {
  const ids = labArtifactIds(state, pins);
  const toMake = new Set<LabArtifact>();
  const visit = async (name: LabArtifact): Promise<void> => {
    const known = ids[name];
    if (known && (await state.cache.has(known, state.options.verify))) return;
    toMake.add(name);
    for (const source of LAB_MADE_FROM[name] ?? []) await visit(source);
  };
  for (const name of wanted) await visit(name);
  return toMake;
}

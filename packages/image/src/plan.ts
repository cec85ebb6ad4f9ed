import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageFile } from './apt/package-file.ts';
import type { ArtifactId } from './cache/cache.ts';
import { hashFile, hashSources, hashValue } from './cache/hash.ts';
import { SetUpError } from './errors.ts';
import type { Pins, SetName } from './pins.ts';
import { MODULES, RECIPE_VERSION } from './recipe.ts';

export type ArtifactName = 'qemu' | 'sdk' | 'kernel' | 'initrd' | 'native' | 'kit' | 'drivers';

/** The project's own files that go into artifacts. */
export interface Sources {
  /** packages/guest/native: `blkdma`, `include`, `init`, `module`, `qjs`, `start`, `tool`, `vsock`. */
  readonly nativeDir: string;
  /** The agent, one file. */
  readonly agentBundle: string;
  /** Drivers to build from changed sources, for the self-test. */
  readonly changedDrivers?: readonly SourceChange[] | undefined;
}

/** One passage of one of the driver's sources, replaced: it must be there once, word for word. */
export interface SourceChange {
  /** Names the driver that is built, `NAME.ko`. */
  readonly name: string;
  /** A file of native/module. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Hashes of the project's own files. */
export interface SourceHashes {
  readonly native: Readonly<Record<string, string>>;
  readonly agent: string;
  /** Of the changes to drivers; null when none are asked for. */
  readonly changes: string | null;
}

/** Which package set each artifact is made from; those not named are made from other artifacts. */
export const SETS_OF: Partial<Record<ArtifactName, readonly SetName[]>> = {
  qemu: ['qemu'],
  sdk: ['toolchain', 'guest'],
  kernel: ['guest'],
};

/** @throws SetUpError 'file-missing' naming the file. */
export async function hashAllSources({
  nativeDir,
  agentBundle,
  changedDrivers,
}: Sources): Promise<SourceHashes> {
  await mustExist(agentBundle, 'agent bundle');
  await mustExist(join(nativeDir, 'init/init'), "guest's init");
  await mustExist(join(nativeDir, 'start/start'), "guest kit's start script");
  const [native, agent] = await Promise.all([hashSources(nativeDir), hashFile(agentBundle)]);
  return { native, agent, changes: changedDrivers ? hashValue(JSON.stringify(changedDrivers)) : null };
}

async function mustExist(path: string, what: string): Promise<void> {
  try {
    await access(path);
  } catch (cause) {
    throw new SetUpError('file-missing', `There is no ${what} at ${path}.`, {
      remedy: 'Build the project first: npm run build.',
      cause,
    });
  }
}

/** What each package of a set is for. */
export function packagesOf(artifact: ArtifactName, pins: Pins): readonly PackageFile[] {
  const guest = pins.sets.guest ?? [];
  const inKernel = ({ name, architecture }: PackageFile) =>
    name.startsWith('linux-image-') || (name === 'busybox-static' && architecture === 'arm64');
  switch (artifact) {
    case 'qemu':
      return pins.sets.qemu ?? [];
    case 'sdk':
      return [...(pins.sets.toolchain ?? []), ...guest.filter((one) => !inKernel(one))];
    case 'kernel':
      return guest.filter(inKernel);
    default:
      return [];
  }
}

/** The key of every artifact, or null for those whose packages are not known yet. */
export function artifactIds(pins: Pins, hashes: SourceHashes): Record<ArtifactName, ArtifactId | null> {
  const part = (...folders: string[]) =>
    Object.fromEntries(
      Object.entries(hashes.native).filter(([path]) =>
        folders.some((folder) => path.startsWith(`${folder}/`)),
      ),
    );
  const fromPackages = (artifact: ArtifactName, ...more: string[]): ArtifactId | null => {
    const known = SETS_OF[artifact]?.every((set) => pins.sets[set]) ?? false;
    const files = packagesOf(artifact, pins).map(({ file, sha256 }) => `${file} ${sha256}`);
    return known ? id(artifact, [...files.sort(), ...more]) : null;
  };
  const sdk = fromPackages('sdk');
  const kernel = fromPackages('kernel', JSON.stringify(MODULES));
  const native = sdk && id('native', [sdk.key, part('blkdma', 'include', 'module', 'qjs', 'tool', 'vsock')]);
  return {
    qemu: fromPackages('qemu'),
    sdk,
    kernel,
    initrd: kernel && id('initrd', [kernel.key, part('init')]),
    native,
    kit: native && id('kit', [native.key, hashes.agent, part('start')]),
    drivers:
      hashes.changes === null
        ? null
        : sdk && id('drivers', [sdk.key, part('include', 'module'), hashes.changes]),
  };
}

function id(kind: ArtifactName, inputs: Parameters<typeof hashValue>[0]): ArtifactId {
  return { kind, key: hashValue([RECIPE_VERSION, kind, inputs]) };
}

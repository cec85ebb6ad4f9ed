import { checkAptHost } from '../apt/host.ts';
import { Pool } from '../apt/pool.ts';
import { PrivateRoot } from '../apt/private-root.ts';
import { openUpdatedRoot } from '../apt/update.ts';
import { SetUpError } from '../errors.ts';
import { BUILD, DOWNLOAD, fetchAndMake } from '../fetch-and-make.ts';
import type { PlatformFiles } from '../options.ts';
import { type OnProgress, Steps } from '../progress.ts';
import { setUp } from '../set-up.ts';
import { makeLabArtifacts } from './make.ts';
import { archivePack, layOutPack } from './pack.ts';
import { type LabPins, resolveLabPins, writeLabPins } from './pins.ts';
import {
  LAB_SETS_OF,
  type LabArtifact,
  type LabSetUpOptions,
  type LabState,
  labArtifactIds,
  labArtifactsToMake,
  readLabState,
} from './state.ts';

const INDEXES = 'Fetching package indexes';
const CHOICE = 'Choosing packages';

const VERSION_GONE = /was not found|404\s+Not Found|Unable to locate/i;

/** All the lab's Arm host is started from; absolute paths. */
export interface LabFiles {
  /** What its guests are started from (they find copies in the pack), and the QEMU and the kernel of the host itself. */
  readonly platform: PlatformFiles;
  readonly initrd: string;
  /** squashfs images: the host's root, and the pack that is mounted at /pack. */
  readonly rootImage: string;
  readonly packImage: string;
}

/**
 * Makes sure that all the lab needs is in the cache, and says where. Does nothing, in a few milliseconds, when it is
 * there already.
 *
 * @throws SetUpError; the signal's reason when aborted.
 */
export async function setUpLab(options: LabSetUpOptions): Promise<LabFiles> {
  // A kernel of the user's own would lack the modules; for the lab's guests it can be brought along at any time.
  const { kernel: _, initrd: __, ...own } = options;
  const { state, folderOf } = await ensure(own, ['lab-root', 'lab-initrd', 'pack']);
  return {
    platform: state.platform,
    initrd: `${folderOf('lab-initrd')}/initrd`,
    rootImage: `${folderOf('lab-root')}/root.squashfs`,
    packImage: `${folderOf('pack')}/pack.squashfs`,
  };
}

/**
 * Writes a pack, as the lab mounts it, to `file`: a gzipped tar archive that is unpacked and run on an arm64 machine.
 *
 * @throws SetUpError; the signal's reason when aborted.
 */
export async function writePack(options: LabSetUpOptions, file: string): Promise<void> {
  const { state, folderOf } = await ensure(options, ['arm-node']);
  const { bundle, signal } = options;
  await state.cache.exclusively({ signal, onWait: () => {} }, async () => {
    const tree = await state.cache.temporary('pack-tree');
    await layOutPack(tree, { platform: state.platform, armNode: folderOf('arm-node'), bundle });
    await archivePack(tree, file, signal);
  });
}

interface Ensured {
  readonly state: LabState;
  folderOf(name: LabArtifact): string;
}

async function ensure(options: LabSetUpOptions, wanted: readonly LabArtifact[]): Promise<Ensured> {
  const platform = await setUp(options);
  const state = await readLabState(options, platform);
  const ready = !options.refresh && (await labArtifactsToMake(state, state.pins, wanted)).size === 0;
  const pins = ready ? state.pins : await makeMissing(options, platform, wanted);
  const ids = labArtifactIds(state, pins);
  const folderOf = (name: LabArtifact): string => {
    const id = ids[name];
    if (!id) throw new Error(`no packages are chosen for the artifact ${name}`);
    return state.cache.pathOf(id);
  };
  await Promise.all(wanted.map(async (name) => ids[name] && state.cache.touch(ids[name])));
  return { state, folderOf };
}

async function makeMissing(
  options: LabSetUpOptions,
  platform: PlatformFiles,
  wanted: readonly LabArtifact[],
): Promise<LabPins> {
  const onProgress = options.onProgress ?? (() => {});
  const { cache } = await readLabState(options, platform);
  const lock = {
    signal: options.signal,
    onWait: ({ pid }: { pid: number }) =>
      onProgress({ step: 1, steps: 1, label: `Waiting for another set-up (process ${pid})`, fraction: null }),
  };
  return cache.exclusively(lock, async () => {
    // Whoever held the lock before may have done it all.
    const state = await readLabState(options, platform);
    const start = options.refresh ? {} : state.pins;
    try {
      return await fillFrom(start, state, wanted, onProgress);
    } catch (error) {
      // Archives drop old versions: then what was pinned, and is no longer here, has to be chosen anew.
      const gone =
        error instanceof SetUpError && error.code === 'download-failed' && VERSION_GONE.test(error.stderr);
      if (!gone || Object.keys(start).length === 0) throw error;
      return fillFrom({}, state, wanted, onProgress);
    } finally {
      await state.cache.prune();
    }
  });
}

async function fillFrom(
  start: LabPins,
  state: LabState,
  wanted: readonly LabArtifact[],
  onProgress: OnProgress,
): Promise<LabPins> {
  const { cache, host, options } = state;
  const { signal } = options;
  const pool = new Pool(cache.path('pool'));
  const setsFor = (artifacts: ReadonlySet<LabArtifact>) =>
    [...artifacts].flatMap((name) => LAB_SETS_OF[name] ?? []);
  let toMake = await labArtifactsToMake(state, start, wanted);
  const packagesFor = (pins: LabPins) => setsFor(toMake).flatMap((name) => pins[name] ?? []);
  const unpinned = setsFor(toMake).some((name) => !start[name]);
  const needsApt = unpinned || (await pool.missing(packagesFor(start))).length > 0;
  const steps = new Steps(needsApt ? [INDEXES, CHOICE, DOWNLOAD, BUILD] : [BUILD], onProgress);

  let pins = start;
  let root: PrivateRoot | null = null;
  try {
    if (needsApt) {
      await checkAptHost(['the programs of the lab']);
      steps.report(INDEXES, null);
      const onFraction = (fraction: number) => steps.report(INDEXES, fraction);
      root = await openUpdatedRoot(cache.path('apt'), host, { signal, onFraction });
      steps.report(CHOICE, null);
      pins = await resolveLabPins(root, host, start, setsFor(toMake), signal);
      await writeLabPins(cache, host, pins);
      toMake = await labArtifactsToMake(state, pins, wanted);
    }
    await fetchAndMake({
      pool,
      root,
      packages: packagesFor(pins),
      count: toMake.size,
      steps,
      signal,
      make: (signal, onArtifact) => makeLabArtifacts({ state, pins, toMake, pool, signal, onArtifact }),
    });
    await pool.remove();
    return pins;
  } finally {
    if (root) await PrivateRoot.remove(cache.path('apt'));
  }
}

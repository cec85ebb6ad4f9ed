import { checkAptHost } from './apt/host.ts';
import { Pool } from './apt/pool.ts';
import { PrivateRoot } from './apt/private-root.ts';
import { openUpdatedRoot } from './apt/update.ts';
import { SetUpError } from './errors.ts';
import { BUILD, DOWNLOAD, fetchAndMake } from './fetch-and-make.ts';
import { makeArtifacts } from './make.ts';
import type { PlatformFiles, SetUpOptions } from './options.ts';
import { type Pins, resolvePins, type SetName, writePins } from './pins.ts';
import { type ArtifactName, packagesOf, SETS_OF } from './plan.ts';
import { type OnProgress, Steps } from './progress.ts';
import { artifactsToMake, platformFiles, readState, type State } from './state.ts';

const INDEXES = 'Fetching package indexes';
const CHOICE = 'Choosing packages';

const NOTHING_PINNED: Pins = { kernelRelease: null, sets: {} };
const VERSION_GONE = /was not found|404\s+Not Found|Unable to locate/i;

/**
 * Makes sure that all a virtual guest needs is in the cache, and says where. Does nothing, in a few milliseconds, when
 * it is there already. What an interrupted set-up has downloaded or built is kept and used.
 *
 * @throws SetUpError; the signal's reason when aborted, with children ended and temporary folders removed.
 */
export async function setUp(options: SetUpOptions): Promise<PlatformFiles> {
  const state = await readState(options);
  if (!options.refresh && (await artifactsToMake(state, state.pins)).size === 0) {
    return platformFiles(state, state.pins);
  }
  const onProgress = options.onProgress ?? (() => {});
  const lock = {
    signal: options.signal,
    onWait: ({ pid }: { pid: number }) =>
      onProgress({ step: 1, steps: 1, label: `Waiting for another set-up (process ${pid})`, fraction: null }),
  };
  return state.cache.exclusively(lock, async () => {
    // Whoever held the lock before may have done it all.
    const current = await readState(options);
    const pins = await fill(current, onProgress);
    await current.cache.prune();
    return platformFiles(current, pins);
  });
}

async function fill(state: State, onProgress: OnProgress): Promise<Pins> {
  const { refresh } = state.options;
  const start = refresh ? NOTHING_PINNED : state.pins;
  try {
    return await fillFrom(start, state, onProgress);
  } catch (error) {
    // Archives drop old versions: then what was pinned, and is no longer here, has to be chosen anew.
    const gone =
      error instanceof SetUpError && error.code === 'download-failed' && VERSION_GONE.test(error.stderr);
    if (!gone || start === NOTHING_PINNED) throw error;
    return fillFrom(NOTHING_PINNED, state, onProgress);
  }
}

async function fillFrom(start: Pins, state: State, onProgress: OnProgress): Promise<Pins> {
  const { cache, host, options } = state;
  const { signal } = options;
  const pool = new Pool(cache.path('pool'));
  let toMake = await artifactsToMake(state, start);
  const unpinned = setsOf(toMake).some((name) => !start.sets[name]);
  const needsApt = unpinned || (await pool.missing(packagesFor(toMake, start))).length > 0;
  const steps = new Steps(needsApt ? [INDEXES, CHOICE, DOWNLOAD, BUILD] : [BUILD], onProgress);

  let pins = start;
  let root: PrivateRoot | null = null;
  if (needsApt) {
    await checkAptHost([...toMake].map((name) => DESCRIPTION[name]));
    steps.report(INDEXES, null);
    const onFraction = (fraction: number) => steps.report(INDEXES, fraction);
    root = await openUpdatedRoot(cache.path('apt'), host, { signal, onFraction });
    steps.report(CHOICE, null);
    pins = await resolvePins(root, host, start, setsOf(toMake), signal);
    await writePins(cache, host, pins);
    toMake = await artifactsToMake(state, pins);
  }

  await fetchAndMake({
    pool,
    root,
    packages: packagesFor(toMake, pins),
    count: toMake.size,
    steps,
    signal,
    make: (signal, onArtifact) => makeArtifacts({ state, pins, toMake, pool, signal, onArtifact }),
  });
  await pool.remove();
  await PrivateRoot.remove(cache.path('apt'));
  return pins;
}

function setsOf(artifacts: ReadonlySet<ArtifactName>): SetName[] {
  return [...new Set([...artifacts].flatMap((name) => SETS_OF[name] ?? []))];
}

function packagesFor(artifacts: ReadonlySet<ArtifactName>, pins: Pins) {
  const packages = [...artifacts].flatMap((name) => packagesOf(name, pins));
  return [...new Map(packages.map((one) => [one.file, one])).values()];
}

const DESCRIPTION: Readonly<Record<ArtifactName, string>> = {
  qemu: 'QEMU',
  sdk: 'the compiler for the guest',
  kernel: "the guest's kernel",
  initrd: "the guest's initramfs",
  native: "the guest's programs",
  kit: 'the guest kit',
  drivers: 'drivers that are broken on purpose',
};

import type { Archive } from '../apt/archive.ts';
import { checkAptHost } from '../apt/host.ts';
import type { PackageSet } from '../apt/package-set.ts';
import { Pool } from '../apt/pool.ts';
import { PrivateRoot } from '../apt/private-root.ts';
import { openUpdatedRoot } from '../apt/update.ts';
import type { Artifact } from './artifact.ts';
import { makeArtifacts } from './make.ts';
import { type PinReason, packageChanges } from './pin-changes.ts';
import { readLastPin, writePin } from './pins.ts';
import { type Plan, setsOf } from './plan.ts';
import { Steps } from './progress.ts';
import { requireSpace } from './space.ts';

const CHOICE = 'Choosing packages';
const BUILD = 'Unpacking and building';

/** What tasks that are to end have for it: more than the programs they wait for get. */
const GRACE_MS = 15_000;

/** The private roots of archives that something has to be fetched from. */
type Roots = ReadonlyMap<Archive, PrivateRoot>;

/**
 * Makes all of a plan that is not there: chooses and downloads packages, as far as that is needed, and builds. Call it
 * with the cache's lock held.
 *
 * @param why packages that are not pinned are chosen, should others have been pinned before.
 * @returns the plan with all packages chosen.
 * @throws SetUpError; the signal's reason when aborted. What was downloaded or made is kept for the next attempt.
 */
export async function fill<Project>(start: Plan<Project>, why: PinReason): Promise<Plan<Project>> {
  const { cache, onProgress = () => {} } = start.request;
  const pool = new Pool(cache.path('pool'));
  const mayBeMade = await start.toMake();
  const archives = await archivesNeeded(start, mayBeMade, pool);
  const forApt = [...archives.map((one) => one.fetching), CHOICE, ...archives.map((one) => one.downloading)];
  await requireSpace(start, mayBeMade, archives);
  const steps = new Steps([...(archives.length > 0 ? forApt : []), BUILD], onProgress);

  let plan = start;
  let roots: Roots = new Map();
  if (archives.length > 0) {
    await checkAptHost(mayBeMade.map(({ description }) => description));
    roots = await openRoots(start, archives, steps);
    steps.report(CHOICE, null);
    plan = await choose(start, setsOf(mayBeMade), roots, why);
    await requireSpace(plan, await plan.toMake(), archives);
  }
  await fetchAndMake(plan, pool, roots, steps);
  await pool.remove();
  for (const { archive } of setsOf(plan.artifacts)) await PrivateRoot.remove(cache.path(archive.folder));
  return plan;
}

/** The archives of what is not chosen, or not here. */
async function archivesNeeded<Project>(
  plan: Plan<Project>,
  artifacts: readonly Artifact<Project>[],
  pool: Pool,
): Promise<readonly Archive[]> {
  const missing = new Set(await pool.missing(artifacts.flatMap((one) => plan.packagesOf(one))));
  const needed = setsOf(artifacts).filter(
    (set) => plan.pins.get(set)?.some((one) => missing.has(one)) ?? true,
  );
  return [...new Set(needed.map(({ archive }) => archive))];
}

async function openRoots<Project>(
  { request: { cache, host, signal } }: Plan<Project>,
  archives: readonly Archive[],
  steps: Steps,
): Promise<Roots> {
  const roots = new Map<Archive, PrivateRoot>();
  for (const archive of archives) {
    steps.report(archive.fetching, null);
    const onFraction = (fraction: number) => steps.report(archive.fetching, fraction);
    roots.set(
      archive,
      await openUpdatedRoot(cache.path(archive.folder), host, archive, { signal, onFraction }),
    );
  }
  return roots;
}

/** Chooses, and pins, packages for the sets the plan has none of. */
async function choose<Project>(
  plan: Plan<Project>,
  sets: readonly PackageSet[],
  roots: Roots,
  why: PinReason,
): Promise<Plan<Project>> {
  const { cache, host, signal, onPackages } = plan.request;
  const pins = new Map(plan.pins);
  // One at a time: the first has apt make its index of packages, which the others use.
  for (const set of sets) {
    const root = roots.get(set.archive);
    if (!root || pins.has(set)) continue;
    const packages = await set.choose(root, host, signal);
    const last = await readLastPin(cache, set);
    await writePin(cache, host, set, packages);
    const changes = last === 'damaged' ? null : packageChanges(last ?? packages, packages);
    if (changes === null || changes.length > 0) onPackages?.({ set: set.name, why, changes });
    pins.set(set, packages);
  }
  return plan.withPins(pins);
}

/** Unpacks and builds while the rest is still being downloaded. The first failure ends all of it. */
async function fetchAndMake<Project>(
  plan: Plan<Project>,
  pool: Pool,
  roots: Roots,
  steps: Steps,
): Promise<void> {
  const outer = plan.request.signal;
  const failed = new AbortController();
  const signal = outer ? AbortSignal.any([outer, failed.signal]) : failed.signal;
  const toMake = await plan.toMake();
  let downloading = true;
  const download = async () => {
    for (const [archive, root] of roots) {
      const packages = toMake.flatMap((one) => plan.packagesOf(one, archive));
      // Two artifacts may be made from the same package.
      await pool.download(root, [...new Map(packages.map((one) => [one.file, one])).values()], {
        signal,
        onBytes: (done, total) =>
          steps.report(archive.downloading, total === 0 ? 1 : done / total, { done, total }),
      });
    }
    downloading = false;
    steps.report(BUILD, null);
  };
  const fetch = () => download().finally(() => pool.close());
  let made = 0;
  const onMade = (done: number) => {
    made = done;
    if (!downloading) steps.report(BUILD, done / toMake.length);
  };
  const onDetail = (detail: string) => {
    if (!downloading) steps.report(BUILD, made / toMake.length, { detail });
  };
  const tasks = [fetch(), ...makeArtifacts({ plan, toMake, pool, signal, onDetail, onMade })];
  const ends = tasks.map((task) => task.catch((error: unknown) => failed.abort(error)));
  await allEnded(ends, signal, plan.request.graceMs ?? GRACE_MS);
  outer?.throwIfAborted();
  failed.signal.throwIfAborted();
}

/**
 * Waits until all have ended, as they have to before anybody cleans up. One that does not end after an abort is no
 * reason to hold the lock for ever.
 */
async function allEnded(
  ends: readonly Promise<unknown>[],
  signal: AbortSignal,
  graceMs: number,
): Promise<void> {
  const all = Promise.all(ends);
  let timer: NodeJS.Timeout | undefined;
  let give = () => {};
  const enough = new Promise<void>((resolve) => {
    give = () => {
      timer = setTimeout(resolve, graceMs);
    };
  });
  if (signal.aborted) give();
  else signal.addEventListener('abort', give, { once: true });
  try {
    await Promise.race([all, enough]);
  } finally {
    signal.removeEventListener('abort', give);
    clearTimeout(timer);
  }
}

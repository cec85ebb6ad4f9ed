import { formatSize } from '@coordinator/shared/units';
import type { Archive } from '../apt/archive.ts';
import { bytesBelow, freeBytes } from '../cache/space.ts';
import { SetUpError } from '../errors.ts';
import type { Artifact } from './artifact.ts';
import { type Plan, setsOf } from './plan.ts';

/**
 * Makes sure, before anything is fetched, that the disk has room for all that is to be made. Some programs wait for
 * room instead of failing, and an hour of downloading is not to end with a full disk.
 *
 * @param archives those whose indexes are fetched.
 * @throws SetUpError 'disk-full' saying how much is needed, and where.
 */
export async function requireSpace<Project>(
  plan: Plan<Project>,
  toMake: readonly Artifact<Project>[],
  archives: readonly Archive[],
): Promise<void> {
  const { cache } = plan.request;
  const here = [cache.path('pool'), ...archives.map(({ folder }) => cache.path(folder))];
  const had = sum(await Promise.all(here.map(bytesBelow)));
  const needed = spaceFor(plan, toMake, archives) - had;
  await requireRoom(cache.directory, needed);
}

/** @throws SetUpError 'disk-full' when a disk has less room than this many bytes. */
export async function requireRoom(directory: string, needed: number): Promise<void> {
  const free = await freeBytes(directory);
  if (free === null || needed <= free) return;
  throw new SetUpError(
    'disk-full',
    `Set-up needs ${formatSize(needed)} on the disk that holds ${directory}; ${formatSize(free)} are free there.`,
    {
      remedy:
        `Free ${formatSize(needed - free)} there, or choose a folder on another disk with --cache DIR or ` +
        '$XDG_CACHE_HOME.',
    },
  );
}

/** Bytes on the disk when most is there: indexes and packages are kept until all is made. */
function spaceFor<Project>(
  plan: Plan<Project>,
  toMake: readonly Artifact<Project>[],
  archives: readonly Archive[],
): number {
  const chosen = toMake.flatMap((one) => plan.packagesOf(one));
  const packages = new Map(chosen.map(({ file, size }) => [file, size]));
  const open = setsOf(toMake).filter((set) => !plan.pins.has(set));
  return sum([...archives, ...open, ...toMake].map(({ space }) => space)) + sum([...packages.values()]);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}

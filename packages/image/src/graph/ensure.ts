import type { LockOwner } from '../cache/lock-owner.ts';
import { SetUpError } from '../errors.ts';
import { fill } from './fill.ts';
import { Plan, type Request, setsOf } from './plan.ts';

const VERSION_GONE = /was not found|404\s+Not Found|Unable to locate/i;

/**
 * Makes sure that artifacts are in the cache. Does nothing, in a few milliseconds, when they are there already. What an
 * interrupted set-up has downloaded or built is kept and used.
 *
 * @returns the plan, which tells where they are.
 * @throws SetUpError; the signal's reason when aborted, with children ended and temporary folders removed.
 */
export async function ensure<Project>(request: Request<Project>): Promise<Plan<Project>> {
  const { cache, refresh, signal, onProgress } = request;
  const found = await Plan.read(request);
  if (!refresh && (await found.toMake()).length === 0) {
    await touch(found);
    return found;
  }
  const onWait = ({ pid }: LockOwner) =>
    onProgress?.({ step: 1, steps: 1, label: `Waiting for another set-up (process ${pid})`, fraction: null });
  return cache.exclusively({ signal, onWait }, async () => {
    // Whoever held the lock before may have done it all.
    const current = await Plan.read(request);
    const filled = refresh
      ? await fill(current.withPins(new Map()), 'update')
      : await fillOrChooseAnew(current);
    await touch(filled);
    await cache.prune();
    return filled;
  });
}

async function fillOrChooseAnew<Project>(plan: Plan<Project>): Promise<Plan<Project>> {
  try {
    return await fill(plan, 'recipe');
  } catch (error) {
    // Archives drop old versions: then what was pinned, and is no longer here, has to be chosen anew.
    const gone =
      error instanceof SetUpError && error.code === 'download-failed' && VERSION_GONE.test(error.stderr);
    const outdated = new Set(setsOf(await plan.toMake()));
    const kept = new Map([...plan.pins].filter(([set]) => !outdated.has(set)));
    if (!gone || kept.size === plan.pins.size) throw error;
    return fill(plan.withPins(kept), 'gone');
  }
}

/** Notes that the targets are in use. */
async function touch<Project>(plan: Plan<Project>): Promise<void> {
  const { cache, targets } = plan.request;
  await Promise.all(targets.map((one) => cache.touch(plan.mustBeKnown(one))));
}

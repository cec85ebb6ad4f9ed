import type { Job } from '@coordinator/shared/plan/job';
import type { Clock } from '../runtime/runtime.ts';
import type { GuestSystem } from '../system/guest-system.ts';
import { reasonOf } from '../system/text.ts';

export const RESULTS_FOLDER = '/run/coordinator';
const RESULTS_TAG = 'results';
const OPTIONS = 'trans=virtio,version=9p2000.L,msize=262144';

/** A share behind a virtio-iommu appears a moment after that one's driver is loaded. */
const APPEARS_WITHIN_MS = 5000;
const FIRST_RETRY_MS = 20;

/**
 * Mounts the share for results, unless it is mounted already.
 * @returns its folder
 * @throws Error with what `mount` said, when the share did not appear.
 */
export async function mountResults(system: GuestSystem, clock: Clock): Promise<string> {
  const folder = system.path(RESULTS_FOLDER);
  if (isMounted(system)) return folder;
  system.files.makeFolder(folder);
  const deadline = clock.now() + APPEARS_WITHIN_MS;
  // Longer and longer, as the kernel puts a line on the console each time.
  for (let retryMs = FIRST_RETRY_MS; ; retryMs *= 2) {
    const { problem } = await system.command('mount', ['-t', '9p', '-o', OPTIONS, RESULTS_TAG, folder]);
    // Somebody else may have mounted it meanwhile, which keeps us from doing so.
    if (problem === null || isMounted(system)) return folder;
    if (clock.now() >= deadline) throw new Error(`no 9p share with the tag ${RESULTS_TAG}: ${problem}`);
    await clock.sleep(retryMs);
  }
}

function isMounted(system: GuestSystem): boolean {
  const mounts = system.read('/proc/mounts') ?? '';
  return mounts.split('\n').some((line) => line.split(' ')[1] === RESULTS_FOLDER);
}

/**
 * Reads what the host asks for.
 * @throws Error saying what is wrong with `job.json`.
 */
export function readJob(system: GuestSystem, results: string): Job {
  const path = `${results}/job.json`;
  let job: Job;
  try {
    job = JSON.parse(system.files.readText(path));
  } catch (error) {
    throw new Error(`no job for this guest: ${reasonOf(error)}`, { cause: error });
  }
  if (job?.version !== 1) throw new Error(`${path} is not a job of version 1`);
  return job;
}

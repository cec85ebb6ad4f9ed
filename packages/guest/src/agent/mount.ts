import type { Job } from '@coordinator/shared/plan/job';
import type { Clock } from '../runtime/runtime.ts';
import type { GuestSystem } from '../system/guest-system.ts';
import { reasonOf } from '../system/text.ts';

const OPTIONS = 'trans=virtio,version=9p2000.L,msize=262144';

/** A share behind a virtio-iommu appears a moment after that one's driver is loaded. */
const APPEARS_WITHIN_MS = 5000;
const FIRST_RETRY_MS = 20;

/** By their tags; `files` is what the user has brought for tests. */
const SHARES = {
  results: { place: '/run/coordinator', options: OPTIONS },
  files: { place: '/run/coordinator-files', options: `ro,${OPTIONS}` },
} as const;

/**
 * Mounts a share, unless it is mounted already.
 * @returns its folder
 * @throws Error with what `mount` said, when the share did not appear.
 */
export async function mount(system: GuestSystem, clock: Clock, tag: keyof typeof SHARES): Promise<string> {
  const { place, options } = SHARES[tag];
  const folder = system.path(place);
  if (isMounted(system, place)) return folder;
  system.files.makeFolder(folder);
  const deadline = clock.now() + APPEARS_WITHIN_MS;
  // Longer and longer, as the kernel puts a line on the console each time.
  for (let retryMs = FIRST_RETRY_MS; ; retryMs *= 2) {
    const { problem } = await system.command('mount', ['-t', '9p', '-o', options, tag, folder]);
    // Somebody else may have mounted it meanwhile, which keeps us from doing so.
    if (problem === null || isMounted(system, place)) return folder;
    if (clock.now() >= deadline) throw new Error(`no 9p share with the tag ${tag}: ${problem}`);
    await clock.sleep(retryMs);
  }
}

function isMounted(system: GuestSystem, folder: string): boolean {
  const mounts = system.read('/proc/mounts') ?? '';
  return mounts.split('\n').some((line) => line.split(' ')[1] === folder);
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

import type { ProgramStep } from '@coordinator/shared/exerciser';
import type { Job } from '@coordinator/shared/plan/job';
import { PROGRAM_FOLDERS } from '../system/guest-system.ts';

/** What a program is told of where it runs. */
export interface ProgramPlace {
  readonly job: Job;
  readonly kit: string;
  /** Where the folder of `--files` is; null when there is none. */
  readonly filesFolder: string | null;
  readonly bdf: string | null;
  readonly node: string | null;
}

/** Folders that a program without a slash in its name is looked for in: the kit has the tools, of which tests make use. */
export const searchPath = (kit: string): readonly string[] => [kit, ...PROGRAM_FOLDERS];

/**
 * All of the environment of a program; docs/plans.md has it for users.
 * @param share a folder of its own, that the host sees
 */
export function environmentOf(
  { job, kit, bdf, node, filesFolder }: ProgramPlace,
  { name, seed, timeout_ms }: ProgramStep,
  share: string,
): Record<string, string> {
  return {
    PATH: searchPath(kit).join(':'),
    HOME: '/root',
    TMPDIR: '/tmp',
    COORDINATOR_RUN: job.run,
    COORDINATOR_GUEST: job.guest,
    COORDINATOR_TEST: name,
    COORDINATOR_EXERCISER: job.exerciser,
    COORDINATOR_BDF: bdf ?? '',
    COORDINATOR_NODE: node ?? '',
    COORDINATOR_SEED: String(seed ?? 0),
    COORDINATOR_TIMEOUT_MS: String(timeout_ms),
    COORDINATOR_SHARE: share,
    COORDINATOR_KIT: kit,
    ...(filesFolder === null ? {} : { COORDINATOR_FILES: filesFolder }),
  };
}

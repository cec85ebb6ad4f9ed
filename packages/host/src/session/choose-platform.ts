import { existsSync } from 'node:fs';
import { exerciserOf, findExercisers } from '@coordinator/runner/exerciser';
import type { Plan } from '@coordinator/shared/plan';
import type { TestOptions } from './options.ts';

export type PlatformKind = 'virtual' | 'host';
/** Where guests run: on a platform of this machine, or in the lab's host. */
export type Place = PlatformKind | 'lab';

/**
 * `auto` is this machine if it is an Arm host with KVM and at least one function of the plan's exerciser, else `virtual`; where
 * tests may destroy data it is this machine only when that is allowed.
 */
export function choosePlatform(
  { platform, destroyData }: TestOptions,
  plan: Pick<Plan, 'exerciser' | 'device'>,
): Place {
  if (platform !== 'auto') return platform;
  if (process.arch !== 'arm64' || !existsSync('/dev/kvm')) return 'virtual';
  const exerciser = exerciserOf(plan);
  if (exerciser.losesData !== 'none' && !destroyData) return 'virtual';
  return findExercisers(exerciser).length > 0 ? 'host' : 'virtual';
}

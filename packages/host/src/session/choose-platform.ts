import { existsSync } from 'node:fs';
import { defaultExerciser } from '@coordinator/shared/plan';
import { exercisers, findExercisers } from '../exerciser/index.ts';
import type { TestOptions } from './options.ts';

export type PlatformKind = 'virtual' | 'host';

/**
 * `auto` is this machine if it is an Arm host with KVM and at least one engine, else `virtual`; for exercisers that
 * destroy data it is this machine only when that is allowed.
 */
export function choosePlatform({
  platform,
  exerciser = defaultExerciser,
  destroyData,
}: TestOptions): PlatformKind | 'lab' {
  if (platform !== 'auto') return platform;
  if (process.arch !== 'arm64' || !existsSync('/dev/kvm')) return 'virtual';
  if (exercisers[exerciser].destroysData && !destroyData) return 'virtual';
  return findExercisers(exercisers[exerciser]).length > 0 ? 'host' : 'virtual';
}

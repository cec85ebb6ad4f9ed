import type { StepOf } from '@coordinator/shared/plan';
import type { Exerciser } from '../exerciser.ts';
import { identityOf } from '../identity.ts';
import type { DevicePlace } from '../virtual.ts';
import { findObstacles } from './obstacles.ts';

/** Arm's SMMU test engine. Its driver requests each vector under the function's BDF. */
export const smmute: Exerciser = {
  name: 'smmute',
  noun: 'SMMU test engine',
  plural: 'SMMU test engines',
  phrase: 'the SMMU test engine',
  losesData: 'none',
  ...identityOf(0x13b5, 0xff80, 'smmute'),

  virtual: async (place: DevicePlace) => (await import('./virtual.ts')).VirtualEngines.start(place),

  /** Transfers between two buffers of memory; not what injects a fault or writes to the engine's frame. */
  isSizeFree: ({ mode, fault }: StepOf<'smmute'>) => mode !== 'p2p' && fault === null,

  findObstacles,
};

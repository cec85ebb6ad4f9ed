import { CoordinatorError } from '@coordinator/base/errors';
import { exitCodes } from '@coordinator/shared/report';
import { describe, expect, it } from 'vitest';
import { type ExerciserFunction, exercisers } from '../exerciser/index.ts';
import { chooseFunctions } from './choose.ts';

const fn = (bdf: string, changes: Partial<ExerciserFunction> = {}): ExerciserFunction => ({
  bdf,
  driver: 'nvme',
  node: '/dev/nvme0n1',
  serial: 'S123',
  class: '0x010802',
  iommu_group: '1',
  taken_by: null,
  obstacle: null,
  ...changes,
});
const own = fn('0000:02:00.0', { serial: 'coordinator-lab-0' });

function choose(all: ExerciserFunction[], wanted: string[] = [], destroyData = false) {
  try {
    return chooseFunctions(exercisers.nvme, wanted, destroyData, all).map(({ bdf }) => bdf);
  } catch (error) {
    expect(error).toBeInstanceOf(CoordinatorError);
    const { exitCode, message } = error as CoordinatorError;
    return [exitCode, message];
  }
}

describe('chooseFunctions', () => {
  it('takes no disk with data unless that may be lost', () => {
    const precious = fn('0000:01:00.0');
    const refusal = 'the test would destroy what 0000:01:00.0 (serial number S123) holds';
    expect(choose([precious])).toEqual([exitCodes.usage, refusal]);
    expect(choose([precious, own])).toEqual([own.bdf]);
    expect(choose([precious, own], [precious.bdf])).toEqual([exitCodes.usage, refusal]);
    expect(choose([precious, own], [own.bdf])).toEqual([own.bdf]);
    expect(choose([precious, own], [], true)).toEqual([precious.bdf, own.bdf]);
  });

  it('takes no disk in use, whatever may be lost', () => {
    const inUse = fn('0000:01:00.0', { obstacle: '0000:01:00.0 is in use: nvme0n1p1 is mounted on /' });
    expect(choose([inUse, own], [], true)).toEqual([own.bdf]);
    expect(choose([inUse], [inUse.bdf], true)).toEqual([exitCodes.unavailable, inUse.obstacle]);
    expect(choose([inUse], [], true)).toEqual([
      exitCodes.unavailable,
      `this machine has no NVMe function that a guest could get: ${inUse.obstacle}`,
    ]);
    expect(choose([])[0]).toBe(exitCodes.unavailable);
    expect(choose([own], ['0000:09:00.0'])).toEqual([
      exitCodes.unavailable,
      '0000:09:00.0 is no NVMe function of this machine',
    ]);
  });
});

import { expect, it } from 'vitest';
import { describeTimeout, readBootLine } from './boot-progress.ts';

it('reads what the init of the lab tells on its console, and nothing else', () => {
  expect(readBootLine('coordinator-lab: disks')).toEqual({ stage: 'disks' });
  expect(readBootLine('coordinator-lab: failed: cannot load module vfio.ko')).toEqual({
    failure: 'cannot load module vfio.ko',
  });
  expect(readBootLine('coordinator-lab: exec ended with status 3')).toEqual({ stage: 'exec' });
  expect(readBootLine('coordinator-lab: something new')).toBeNull();
  expect(readBootLine('[    1.0] coordinator-lab: disks')).toBeNull();
});

it('names the stage that ran out of time', () => {
  expect(describeTimeout('drivers')).toMatch(/^the lab took longer than 1 m 30 s for probing its devices$/);
});

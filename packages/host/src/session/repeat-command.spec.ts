import { describe, expect, it } from 'vitest';
import { type TestOptions, testDefaults } from './options.ts';
import { repeatCommand } from './repeat-command.ts';

const repeat = (options: Partial<TestOptions>) => repeatCommand({ ...testDefaults, ...options }, 7, 'seeds');

describe('repeatCommand', () => {
  it('has nothing in it that is so anyway', () => {
    expect(repeat({ guests: 8, jobs: 2, retry: 3 })).toBe('coordinator test --seed 7');
  });

  it('has everything that made the round', () => {
    const lab = {
      platform: 'lab',
      iommu: 'virtio',
      vmm: 'lkvm',
      lkvm: './lkvm',
      device: ['07:00.0'],
    } as const;
    expect(repeat({ ...lab, vmmArg: ['--realm'] })).toBe(
      'coordinator test --seed 7 --platform lab --iommu virtio --vmm lkvm --lkvm ./lkvm --device 07:00.0 --vmm-arg=--realm',
    );
    const board = { cpu: 'max,sve=off', machine: 'highmem=off', append: ['a="b c"', 'd'] };
    const words = repeat({ ...board, start: 'cold', timeout: 1000, silence: 500, destroyData: true });
    expect(words).toBe(
      `coordinator test --seed 7 --destroy-data --start cold --timeout 1000ms --silence 500ms '--append=a="b c"' --append=d --cpu=max,sve=off --machine=highmem=off`,
    );
  });
});

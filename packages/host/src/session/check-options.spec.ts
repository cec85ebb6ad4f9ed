import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtinPlans, type Plan, parsePlan } from '@coordinator/shared/plan';
import type { FaultKind } from '@coordinator/shared/report';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkChaos } from './check-abilities.ts';
import { checkMemory, checkOptions } from './check-options.ts';
import { type TestOptions, testDefaults } from './options.ts';

const planOf = (name: string): Plan => parsePlan(builtinPlans.get(name) ?? '', name);
const page = planOf('page');
const nvme = planOf('nvme');

function check(options: Partial<TestOptions>, place: 'virtual' | 'host' | 'lab' = 'host', plan = page): void {
  checkOptions({ ...testDefaults, ...options }, place, plan);
}

describe('checkOptions', () => {
  it('has nothing against what applies', () => {
    check({});
    check({ iommu: 'smmuv3', qemu: '/opt/qemu' }, 'lab');
    check({ vmm: 'lkvm', lkvm: './lkvm', keep: true });
    check({ destroyData: true }, 'host', nvme);
    check({ vmm: 'lkvm', vmmArg: ['--realm'], append: ['loglevel=7'] });
    check({ cpu: 'max', machine: 'its=off' }, 'virtual');
  });

  it.each([
    ['--iommu', { iommu: 'virtio' as const }, 'host', page, /^--iommu/],
    ['--iommu', { iommu: 'virtio' as const }, 'virtual', page, /^--iommu/],
    ['--lkvm', { lkvm: './lkvm' }, 'lab', page, /^--lkvm .* under QEMU$/],
    ['--qemu', { qemu: '/opt/qemu', vmm: 'lkvm' as const }, 'host', page, /^--qemu .* under kvmtool$/],
    ['--keep', { keep: true }, 'lab', page, /^--keep/],
    ['--follow', { follow: ['guest-1'] }, 'lab', page, /^--follow/],
    ['--follow of nobody', { follow: ['guest-2'] }, 'virtual', page, /^--follow: .* no guest "guest-2"/],
    [
      '--start snapshot',
      { start: 'snapshot' as const, vmm: 'lkvm' as const },
      'lab',
      page,
      /^--start snapshot/,
    ],
    ['--cpu', { cpu: 'max', vmm: 'lkvm' as const }, 'lab', page, /^--cpu: kvmtool has no/],
    ['--machine', { machine: 'its=off', vmm: 'lkvm' as const }, 'host', page, /^--machine: kvmtool has no/],
    ['--append', { append: ['a\nb'] }, 'host', page, /^--append: .* control character/],
    ['too much --append', { append: ['a'.repeat(2000)] }, 'host', page, /^--append: .* longer than/],
    ['an empty --vmm-arg', { vmmArg: [''] }, 'host', page, /--vmm-arg need something/],
    ['--destroy-data', { destroyData: true }, 'host', page, /^--destroy-data/],
    ['kvmtool with NVMe', { vmm: 'lkvm' as const }, 'lab', nvme, /controller never becomes ready/],
    [
      'more memory than there is',
      { memory: 2 ** 40 },
      'virtual',
      page,
      /^a guest of 1099511627776 MiB needs/,
    ],
  ] as const)('refuses %s where it does not apply', (_, options, place, plan, message) => {
    expect(() => check(options, place, plan)).toThrow(message);
  });

  describe('a kernel', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'kernel-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('must be one', () => {
      writeFileSync(join(folder, 'passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
      expect(() => check({ kernel: [join(folder, 'passwd')] }, 'lab')).toThrow(/passwd is no arm64 kernel/);
      expect(() => check({ kernel: ['/nowhere/Image'] }, 'lab')).toThrow(/\/nowhere\/Image cannot be read/);
      check({ kernel: [folder] }, 'lab');
    });
  });
});

describe('checkMemory', () => {
  it.each([
    [{ guests: 4, memoryMiB: 512 }, 2048, null],
    [
      { guests: 4, memoryMiB: 512 },
      2047,
      /^4 guests of 512 MiB need 2048 MiB at once, and the lab has 2047 MiB/,
    ],
    [{ guests: 1, memoryMiB: 16_384 }, 2304, /^a guest of 16384 MiB needs 16384 MiB/],
  ])('%j of %d MiB', (wanted, available, message) => {
    const outcome = () => checkMemory(wanted, available, 'the lab');
    if (message === null) outcome();
    else expect(outcome).toThrow(message);
  });
});

describe('checkChaos', () => {
  const rates = (...kinds: FaultKind[]) => new Map(kinds.map((kind) => [kind, 0.1]));

  it('takes the faults that a platform can do', () => {
    checkChaos(undefined, 'host', 'lkvm');
    checkChaos(rates('slow-disk'), 'host', 'qemu');
    checkChaos(rates('kill-guest', 'pause-guest', 'drop-channel', 'corrupt-frame'), 'host', 'lkvm');
    checkChaos(rates('kill-engine', 'slow-disk'), 'virtual', 'qemu');
  });

  it('refuses those that it would only note down', () => {
    expect(() => checkChaos(rates('slow-disk'), 'host', 'lkvm')).toThrow(/slow-disk/);
    expect(() => checkChaos(rates('kill-guest', 'kill-engine'), 'host', 'qemu')).toThrow(/kill-engine/);
    expect(() => checkChaos(rates('kill-engine'), 'lab', 'qemu')).toThrow(/kill-engine .* of the lab/);
  });
});

import { join } from 'node:path';
import { BindingJournal } from '@coordinator/pci';
import { useSampleSysfs } from '@coordinator/pci/testing';
import { type Plan, parsePlan } from '@coordinator/shared/plan';
import { describe, expect, it } from 'vitest';
import { chooseFunctions } from '../../platform/choose.ts';
import { exerciserOf, findExercisers } from '../index.ts';
import { VirtualFunctions } from './virtual.ts';

const sample = useSampleSysfs();

const planOf = (device: string): Plan =>
  parsePlan(`exerciser: pci\ndevice: ${device}\ntests:\n- { run: [true] }\n`.replace('true', '"true"'), 'p');

function choose(device: string, { wanted = [] as string[], destroyData = false } = {}) {
  const exerciser = exerciserOf(planOf(device));
  const all = findExercisers(exerciser, sample.pci(), new BindingJournal(join(sample.root, 'journal')));
  return chooseFunctions(exerciser, wanted, destroyData, all).map(({ bdf }) => bdf);
}

const nic = { vendor: 0x8086, device: 0x10c9, class: 0x020000, group: '5' } as const;

describe('functions that a plan names', () => {
  it('are told by id, by class, or both', () => {
    sample.addFunction('0000:01:00.0', nic);
    sample.addFunction('0000:02:00.0', { ...nic, device: 0x1533, group: '6' });
    sample.addFunction('0000:03:00.0', { vendor: 0x1234, device: 0x11e8, group: '7' });
    expect(choose('{ id: "8086:10c9" }')).toEqual(['0000:01:00.0']);
    expect(choose('{ class: "0200" }')).toEqual(['0000:01:00.0', '0000:02:00.0']);
    expect(choose('{ class: "02", id: "8086:1533" }')).toEqual(['0000:02:00.0']);
  });

  it('are missing by their name', () => {
    expect(() => choose('{ id: "8086:10c9" }')).toThrow(
      'this machine has no PCI function 8086:10c9 that a guest could get',
    );
    expect(() => choose('{ qemu: igb }')).toThrow("no PCI function that is QEMU's igb");
  });

  it('are not taken while something of this machine depends on them, nor their data without leave', () => {
    sample.addFunction('0000:01:00.0', { ...nic, class: 0x010802, driver: 'nvme' });
    sample.addDisk('0000:01:00.0', 'nvme/nvme0', 'nvme0n1');
    expect(() => choose('{ class: "0108" }')).toThrow('would destroy what 0000:01:00.0 holds');
    expect(choose('{ class: "0108" }', { destroyData: true })).toEqual(['0000:01:00.0']);
    const { group: _, ...alone } = nic;
    sample.addFunction('0000:02:00.0', alone);
    expect(() => choose('{ class: "0200" }')).toThrow('behind no IOMMU');
    sample.put('sys/class/block/nvme0n1/holders/dm-0/dev', '253:0\n');
    expect(() => choose('{ class: "0108" }', { destroyData: true })).toThrow(
      'in use: nvme0n1 is held by dm-0',
    );
  });
});

it('has QEMU emulate the function, without its ROM', async () => {
  const exerciser = exerciserOf(planOf('{ qemu: "e1000e,mac=52:54:00:00:00:01" }'));
  const devices = await exerciser.virtual({
    ...{ runtimeFolder: '/r', deviceServer: '/d' },
    marker: { run: 'r', owner: { pid: 1, startTime: '', namespace: '' }, runtime: '/r' },
  });
  expect((await devices.add('guest-1')).function).toEqual({
    ...{ kind: 'emulated', driver: 'e1000e', properties: { romfile: '', mac: '52:54:00:00:00:01' } },
  });
  expect(() => new VirtualFunctions(null)).toThrow('the plan names none');
});

import { join } from 'node:path';
import { BindingJournal } from '@coordinator/pci';
import { useSampleSysfs } from '@coordinator/pci/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { exercisers, findExercisers } from './index.ts';

const sample = useSampleSysfs();

describe('findExercisers', () => {
  it('shows the node and what keeps an engine from being assigned', () => {
    const folder = sample.addFunction('0000:07:00.0', { group: '5', driver: 'smmute-pci' });
    sample.put(`${folder}/smmute/smmute0/dev`, '511:0\n');
    sample.addFunction('0000:07:00.3', { driver: 'smmute-pci' });
    sample.addFunction('0000:00:01.0', { vendor: 0x8086 });
    const journal = new BindingJournal(join(sample.root, 'journal'));
    const found = findExercisers(exercisers.smmute, sample.pci(), journal);
    expect(found).toEqual([
      {
        bdf: '0000:07:00.0',
        driver: 'smmute-pci',
        node: '/dev/smmute0',
        serial: null,
        class: '0xff0000',
        iommu_group: '5',
        taken_by: null,
        obstacle: null,
      },
      {
        bdf: '0000:07:00.3',
        driver: 'smmute-pci',
        node: null,
        serial: null,
        class: '0xff0000',
        iommu_group: null,
        taken_by: null,
        obstacle: '0000:07:00.3 is behind no IOMMU that the kernel uses',
      },
    ]);
  });
});

describe('findExercisers, for nvme', () => {
  const BDF = '0000:01:00.0';
  let folder: string;
  beforeEach(() => {
    folder = sample.addFunction(BDF, { vendor: 0x144d, device: 0xa808, class: 0x010802, driver: 'nvme' });
    sample.addDisk(BDF, 'nvme/nvme0', 'nvme0n1');
    sample.put(`${folder}/nvme/nvme0/serial`, 'S4EWNX0R123456      \n');
  });
  const found = () =>
    findExercisers(exercisers.nvme, sample.pci(), new BindingJournal(join(sample.root, 'journal')));

  it('finds functions by their class', () => {
    sample.addFunction('0000:00:01.0', { vendor: 0x1b36, device: 0x000c });
    expect(found()).toMatchObject([
      { bdf: BDF, driver: 'nvme', node: '/dev/nvme0n1', serial: 'S4EWNX0R123456' },
    ]);
  });

  it('knows the disks of the lab by their serial number', () => {
    expect(found().map((fn) => exercisers.nvme.holdsData(fn, fn.class))).toEqual([true]);
    sample.put(`${folder}/nvme/nvme0/serial`, 'coordinator-lab-0\n');
    expect(found().map((fn) => exercisers.nvme.holdsData(fn, fn.class))).toEqual([false]);
    expect(exercisers.nvme.holdsData({ node: null, serial: null }, '0x010802')).toBe(true);
  });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownIdentity } from '@coordinator/machine/process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exercisers, findExercisers } from '../exerciser/index.ts';
import { BindingJournal, isBdf, normalizeBdf, PciSysfs, whyNotAssignable } from './index.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sysfs-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A folder as the kernel makes for a function. */
function addFunction(
  bdf: string,
  {
    group,
    driver,
    engine = true,
    pciClass = 0xff0000,
  }: { group?: string; driver?: string; engine?: boolean; pciClass?: number },
): string {
  const folder = join(root, 'bus/pci/devices', bdf);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'vendor'), engine ? '0x13b5\n' : '0x8086\n');
  writeFileSync(join(folder, 'device'), engine ? '0xff80\n' : '0x1234\n');
  writeFileSync(join(folder, 'class'), `0x${pciClass.toString(16).padStart(6, '0')}\n`);
  writeFileSync(join(folder, 'driver_override'), '(null)\n');
  if (driver) {
    mkdirSync(join(root, 'bus/pci/drivers', driver), { recursive: true });
    symlinkSync(join(root, 'bus/pci/drivers', driver), join(folder, 'driver'));
  }
  if (group) {
    const members = join(root, 'kernel/iommu_groups', group, 'devices');
    mkdirSync(members, { recursive: true });
    symlinkSync(folder, join(members, bdf));
    symlinkSync(join(root, 'kernel/iommu_groups', group), join(folder, 'iommu_group'));
  }
  return folder;
}

describe('PciSysfs', () => {
  it('reads functions as the kernel shows them', () => {
    addFunction('0000:08:00.1', { group: '6', driver: 'smmute-pci' });
    expect(new PciSysfs(root).functions()).toEqual([
      {
        bdf: '0000:08:00.1',
        vendor: 0x13b5,
        device: 0xff80,
        class: 0xff0000,
        driver: 'smmute-pci',
        driverOverride: null,
        iommuGroup: '6',
        isBridge: false,
      },
    ]);
    expect(new PciSysfs(join(root, 'nowhere')).functions()).toEqual([]);
  });

  it('takes BDFs as lspci prints them, and nothing that leads elsewhere', () => {
    expect(['08:00.1', '0000:08:00.1', '0001:08:1F.7'].map(normalizeBdf)).toEqual([
      '0000:08:00.1',
      '0000:08:00.1',
      '0001:08:1f.7',
    ]);
    expect(['../../etc', '0000:08:00.8', '0000:08:20.0', '08:00.1', ''].map(isBdf)).toEqual(
      Array(5).fill(false),
    );
  });
});

describe('findExercisers', () => {
  it('shows the node and what keeps an engine from being assigned', () => {
    mkdirSync(join(addFunction('0000:07:00.0', { group: '5', driver: 'smmute-pci' }), 'smmute/smmute0'), {
      recursive: true,
    });
    addFunction('0000:07:00.3', { driver: 'smmute-pci' });
    addFunction('0000:00:01.0', { engine: false });
    const found = findExercisers(
      exercisers.smmute,
      new PciSysfs(root),
      new BindingJournal(join(root, 'journal')),
    );
    expect(found).toEqual([
      {
        bdf: '0000:07:00.0',
        driver: 'smmute-pci',
        node: '/dev/smmute0',
        serial: null,
        iommu_group: '5',
        taken_by: null,
        obstacle: null,
      },
      {
        bdf: '0000:07:00.3',
        driver: 'smmute-pci',
        node: null,
        serial: null,
        iommu_group: null,
        taken_by: null,
        obstacle: '0000:07:00.3 is behind no IOMMU that the kernel uses',
      },
    ]);
  });
});

describe('whyNotAssignable', () => {
  it('names the functions in the way, but not bridges and those without a driver of the host', () => {
    addFunction('0000:07:00.0', { group: '6', driver: 'smmute-pci' });
    addFunction('0000:07:00.3', { group: '6', driver: 'smmute-pci' });
    addFunction('0000:07:00.4', { group: '6', driver: 'vfio-pci' });
    addFunction('0000:07:00.5', { group: '6' });
    addFunction('0000:00:01.0', { group: '6', driver: 'pcieport', engine: false, pciClass: 0x060400 });
    const pci = new PciSysfs(root);
    const fn = pci.function('0000:07:00.0');
    if (!fn) throw new Error('not there');
    expect(whyNotAssignable(pci, fn)).toBe(
      'IOMMU group 6 of 0000:07:00.0 is not viable: 0000:07:00.3 (smmute-pci) would have to be handed over too',
    );
    expect(whyNotAssignable(pci, fn, ['0000:07:00.0', '0000:07:00.3'])).toBeNull();
  });
});

describe('BindingJournal', () => {
  it('notes a function down once', () => {
    const journal = new BindingJournal(join(root, 'journal'));
    const record = {
      bdf: '0000:07:00.0',
      driver: 'smmute-pci',
      driver_override: null,
      owner: ownIdentity(),
      run: 'r1',
    };
    journal.add(record);
    expect(journal.all()).toEqual([record]);
    expect(() => journal.add(record)).toThrow(/0000:07:00.0 is taken by run r1 \(pid \d+\)$/);
    expect(readFileSync(join(root, 'journal', '0000:07:00.0.json'), 'utf8')).toMatch(/smmute-pci/);
    journal.remove(record.bdf);
    expect(journal.all()).toEqual([]);
  });

  it('ignores what is no record', () => {
    mkdirSync(join(root, 'journal'));
    writeFileSync(join(root, 'journal', '0000:07:00.0.json'), '{"bdf":"../x"}');
    writeFileSync(join(root, 'journal', 'x'), '');
    expect(new BindingJournal(join(root, 'journal')).all()).toEqual([]);
  });
});

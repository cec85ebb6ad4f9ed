import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownIdentity } from '@coordinator/machine/process';
import { describe, expect, it } from 'vitest';
import { BindingJournal, isBdf, normalizeBdf, PciSysfs } from './index.ts';
import { useSampleSysfs } from './testing/sample-sysfs.ts';

const sample = useSampleSysfs();

describe('PciSysfs', () => {
  it('reads functions as the kernel shows them', () => {
    sample.addFunction('0000:08:00.1', { group: '6', driver: 'smmute-pci' });
    expect(sample.pci().functions()).toEqual([
      {
        bdf: '0000:08:00.1',
        vendor: 0x13b5,
        device: 0xff80,
        class: 0xff0000,
        driver: 'smmute-pci',
        driverOverride: null,
        iommuGroup: '6',
        isBridge: false,
        virtualFunctions: 0,
        physicalFunction: null,
      },
    ]);
    expect(new PciSysfs(join(sample.root, 'nowhere')).functions()).toEqual([]);
  });

  it('knows the driver of an IOMMU, which virtio calls as its own PCI function is called', () => {
    const folder = sample.addFunction('0000:07:00.0', { group: '6' });
    expect(sample.pci().iommuDriverOf('0000:07:00.0')).toBeNull();
    const virtio = 'sys/devices/pci0000:00/0000:00:01.0/virtio0';
    sample.put(`${virtio}/iommu/0000:00:01.0/uevent`, '');
    sample.put('sys/bus/virtio/drivers/virtio_iommu/uevent', '');
    sample.link(`${virtio}/driver`, 'sys/bus/virtio/drivers/virtio_iommu');
    sample.link(`${virtio}/iommu/0000:00:01.0/device`, virtio);
    sample.link(`${folder}/iommu`, `${virtio}/iommu/0000:00:01.0`);
    expect(sample.pci().iommuDriverOf('0000:07:00.0')).toBe('virtio_iommu');
  });

  it('takes BDFs as lspci prints them, and nothing that leads elsewhere', () => {
    expect(['08:00.1', '0000:08:00.1', '0001:08:1F.7', '10000:E1:00.0'].map(normalizeBdf)).toEqual([
      '0000:08:00.1',
      '0000:08:00.1',
      '0001:08:1f.7',
      '10000:e1:00.0',
    ]);
    expect(['../../etc', '0000:08:00.8', '0000:08:20.0', '08:00.1', ''].map(isBdf)).toEqual(
      Array(5).fill(false),
    );
  });
});

describe('BindingJournal', () => {
  it('notes a function down once', () => {
    const journal = new BindingJournal(join(sample.root, 'journal'));
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
    expect(readFileSync(join(sample.root, 'journal', '0000:07:00.0.json'), 'utf8')).toMatch(/smmute-pci/);
    journal.remove(record.bdf);
    expect(journal.all()).toEqual([]);
  });

  it('ignores what is no record', () => {
    mkdirSync(join(sample.root, 'journal'));
    writeFileSync(join(sample.root, 'journal', '0000:07:00.0.json'), '{"bdf":"../x"}');
    writeFileSync(join(sample.root, 'journal', 'x'), '');
    expect(new BindingJournal(join(sample.root, 'journal')).all()).toEqual([]);
  });

  it('knows of records that say nothing, and makes none of them', () => {
    const journal = new BindingJournal(join(sample.root, 'journal'));
    mkdirSync(join(sample.root, 'journal'));
    writeFileSync(join(sample.root, 'journal', '0000:07:00.0.json'), '');
    expect(journal.damaged()).toEqual(['0000:07:00.0']);
    journal.remove('0000:07:00.0');
    const record = { bdf: '0000:07:00.0', driver: null, driver_override: null, owner: null, run: null };
    journal.add(record);
    expect([journal.damaged(), journal.all()]).toEqual([[], [record]]);
  });
});

import { Teardown } from '@coordinator/machine/lifetime';
import { ownIdentity } from '@coordinator/machine/process';
import { describe, expect, it } from 'vitest';
import { nvmeFunctions } from './exerciser/nvme.ts';
import { pci } from './exerciser/pci.ts';
import { engineFunctions } from './exerciser/smmute.ts';
import { bySlot } from './function.ts';
import { bootingLab, type LabMachine, restoredLab } from './machine.ts';

const machine: LabMachine = {
  iommu: 'virtio',
  kernel: '/k',
  initrd: '/i',
  rootImage: '/a,b/root.squashfs',
  packImage: '/p',
  disk: '/d',
  exchange: '/e',
  execSocket: '/s/exec',
  qmpSocket: '/s/qmp',
  cpus: 2,
  memoryMiB: 2048,
  acs: ['0001100@pci:13b5:ff80'],
};

const engines = engineFunctions(['/s/0', '/s/1', '/s/2', '/s/3']);

describe("the lab's machine", () => {
  it("has the engines where Arm's page has them, behind a virtio IOMMU", () => {
    const line = bootingLab(machine, engines, ['loglevel=4']);
    const found = line.filter((one) => one.startsWith('{')).map((one) => JSON.parse(one));
    expect(found.map(({ bus, addr }) => `${bus} ${addr}`)).toEqual([
      'rp7 00.0',
      'rp7 00.3',
      'rp8 00.0',
      'rp8 00.1',
    ]);
    expect(line).toContain('virtio-iommu-pci');
    expect(line.filter((one) => one.startsWith('pcie-root-port'))).toHaveLength(8);
    expect(line[line.indexOf('-append') + 1]).toMatch(/config_acs=.*loglevel=4$/);
  });

  it('has an SMMUv3 and NVMe functions instead', () => {
    const line = bootingLab({ ...machine, iommu: 'smmuv3' }, nvmeFunctions(['/n0', '/n1']), []);
    expect(line[line.indexOf('-machine') + 1]).toMatch(/iommu=smmuv3$/);
    expect(line).not.toContain('virtio-iommu-pci');
    expect(line.filter((one) => one.startsWith('nvme,'))).toEqual([
      'nvme,drive=nvme0,serial=coordinator-lab-0,bus=rp1',
      'nvme,drive=nvme1,serial=coordinator-lab-1,bus=rp2',
    ]);
  });

  it('has two functions of the kind that it is asked for, or one of each of two', async () => {
    const start = async (...drivers: string[]) => {
      const functions = await pci.start({
        ...{ path: '/l', deviceServer: '/d', teardown: new Teardown(), end: () => {} },
        marker: { run: 'lab', owner: ownIdentity(), runtime: '/r' },
        devices: drivers.map((driver) => ({ driver, properties: {} })),
      });
      const line = bootingLab({ ...machine, iommu: 'smmuv3' }, functions, []);
      return line.filter((one) => one.includes('romfile='));
    };
    expect(await start()).toEqual([]);
    expect(await start('igb')).toEqual(['igb,romfile=,bus=rp7', 'igb,romfile=,bus=rp8']);
    expect(await start('igb', 'edu')).toEqual(['igb,romfile=,bus=rp7', 'edu,romfile=,bus=rp8']);
  });

  it('takes paths with commas', () => {
    expect(bootingLab(machine, [], []).join(' ')).toContain('file=/a,,b/root.squashfs,id=lab-root');
  });

  it('is the same when it is restored, but boots nothing and has no functions yet', () => {
    const booted = bootingLab(machine, engines, []);
    const restored = restoredLab(machine);
    expect(booted).toContain('memory-backend-memfd,id=mem,size=2048M,share=on');
    expect(restored.slice(0, -2)).toEqual(booted.slice(0, restored.length - 2));
    expect(restored.slice(-2)).toEqual(['-incoming', 'defer']);
    expect(restored).not.toContain('-kernel');
  });

  it('gets its functions slot by slot, the first of each last', () => {
    const places = bySlot([...engines].reverse()).map((slot) =>
      slot.map(({ place }) => `${place.bus} ${place.addr}`),
    );
    expect(places).toEqual([
      ['rp7 00.3', 'rp7 00.0'],
      ['rp8 00.1', 'rp8 00.0'],
    ]);
  });
});

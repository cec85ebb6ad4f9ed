import { describe, expect, it } from 'vitest';
import { nvmeFunctions } from './exerciser/nvme.ts';
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
    expect(line.filter((one) => one.startsWith('{')).map((one) => JSON.parse(one))).toEqual([
      { driver: 'nvme', bus: 'rp1', drive: 'nvme0', serial: 'coordinator-lab-0' },
      { driver: 'nvme', bus: 'rp2', drive: 'nvme1', serial: 'coordinator-lab-1' },
    ]);
  });

  it('takes paths with commas', () => {
    expect(bootingLab(machine, [], []).join(' ')).toContain('file=/a,,b/root.squashfs,id=lab-root');
  });

  it('is the same when it is restored, but boots nothing and has no functions yet', () => {
    const booted = bootingLab(machine, engines, []);
    const restored = restoredLab(machine);
    expect(restored.slice(0, -2)).toEqual(booted.slice(0, restored.length - 2));
    expect(restored.slice(-2)).toEqual(['-incoming', 'defer']);
    expect(restored).not.toContain('-kernel');
  });

  it('gets its functions slot by slot, the first of each last', () => {
    const places = bySlot([...engines].reverse()).map((slot) =>
      slot.map(({ bus, addr }) => `${bus} ${addr}`),
    );
    expect(places).toEqual([
      ['rp7 00.3', 'rp7 00.0'],
      ['rp8 00.1', 'rp8 00.0'],
    ]);
  });
});

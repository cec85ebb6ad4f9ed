import { Teardown } from '@coordinator/machine/lifetime';
import { ownIdentity } from '@coordinator/machine/process';
import { describe, expect, it } from 'vitest';
import { nvmeArguments } from './exerciser/nvme.ts';
import { pci } from './exerciser/pci.ts';
import { engineArguments } from './exerciser/smmute.ts';
import { type LabMachine, labMachineArguments } from './machine.ts';

const machine: LabMachine = {
  iommu: 'virtio',
  kernel: '/k',
  initrd: '/i',
  rootImage: '/a,b/root.squashfs',
  packImage: '/p',
  disk: '/d',
  exchange: '/e',
  execSocket: '/s/exec',
  cpus: 2,
  memoryMiB: 2048,
  functions: engineArguments(['/s/0', '/s/1', '/s/2', '/s/3']),
  acs: ['0001100@pci:13b5:ff80'],
};

describe("the lab's machine", () => {
  it("has the engines where Arm's page has them, behind a virtio IOMMU", () => {
    const line = labMachineArguments(machine, ['loglevel=4']);
    const engines = line.filter((one) => one.startsWith('{')).map((one) => JSON.parse(one));
    expect(engines.map(({ bus, addr }) => `${bus} ${addr}`)).toEqual([
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
    const line = labMachineArguments(
      { ...machine, iommu: 'smmuv3', functions: nvmeArguments(['/n0', '/n1']) },
      [],
    );
    expect(line[line.indexOf('-machine') + 1]).toMatch(/iommu=smmuv3$/);
    expect(line).not.toContain('virtio-iommu-pci');
    expect(line.filter((one) => one.startsWith('nvme,'))).toEqual([
      'nvme,drive=nvme0,serial=coordinator-lab-0,bus=rp1',
      'nvme,drive=nvme1,serial=coordinator-lab-1,bus=rp2',
    ]);
  });

  it('has two functions of the kind that it is asked for, or one of each of two', async () => {
    const start = (...drivers: string[]) =>
      pci.start({
        ...{ path: '/l', deviceServer: '/d', teardown: new Teardown(), end: () => {} },
        marker: { run: 'lab', owner: ownIdentity(), runtime: '/r' },
        devices: drivers.map((driver) => ({ driver, properties: {} })),
      });
    expect(await start()).toEqual([]);
    expect(await start('igb')).toEqual([
      '-device',
      'igb,romfile=,bus=rp7',
      '-device',
      'igb,romfile=,bus=rp8',
    ]);
    expect((await start('igb', 'edu')).filter((one) => one !== '-device')).toEqual([
      'igb,romfile=,bus=rp7',
      'edu,romfile=,bus=rp8',
    ]);
  });

  it('takes paths with commas', () => {
    expect(labMachineArguments(machine, []).join(' ')).toContain('file=/a,,b/root.squashfs,id=lab-root');
  });
});

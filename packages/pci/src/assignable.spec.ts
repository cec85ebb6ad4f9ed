import { beforeEach, describe, expect, it } from 'vitest';
import { whyNotAssignable } from './assignable.ts';
import { NVME, ROOT_PORT, useSampleSysfs, VMD } from './testing/sample-sysfs.ts';

const ENGINE = '0000:07:00.0';

const sample = useSampleSysfs();
beforeEach(() => {
  sample.addFunction(ENGINE, { group: '6', driver: 'smmute-pci' });
});

function obstacle(bdf = ENGINE, together?: readonly string[]): string | null {
  const pci = sample.pci();
  const fn = pci.function(bdf);
  if (!fn) throw new Error(`${bdf} is not there`);
  return whyNotAssignable(pci, fn, { proc: sample.proc, ...(together && { together }) });
}

const notViable = (...names: string[]) =>
  `IOMMU group 6 of ${ENGINE} is not viable: ${names.join(', ')} would have to be handed over too`;

describe('whyNotAssignable', () => {
  it('names the functions in the way, but not those without a driver of the host', () => {
    sample.addFunction('0000:07:00.3', { group: '6', driver: 'smmute-pci' });
    sample.addFunction('0000:07:00.4', { group: '6', driver: 'vfio-pci' });
    sample.addFunction('0000:07:00.5', { group: '6' });
    sample.addFunction('0000:07:00.6', { group: '6', driver: 'mlx5_vfio_pci' });
    sample.addFunction('0000:07:00.7', { group: '6', driver: 'pci-stub' });
    expect(obstacle()).toBe(notViable('0000:07:00.3 (smmute-pci)'));
    expect(obstacle(ENGINE, [ENGINE, '0000:07:00.3'])).toBeNull();
  });

  it.each([
    ['a PCI-to-PCI bridge', 0x060400, 0x01, 'pcieport', null],
    ['one of a device of several functions', 0x060400, 0x81, 'pcieport', null],
    ['one whose configuration space cannot be read', 0x060400, undefined, 'pcieport', null],
    ['what only says that it is a bridge', 0x060400, 0x00, 'ntb', 'ntb'],
    ['an ISA bridge', 0x060100, 0x80, 'lpc_ich', 'lpc_ich'],
    ['a host bridge', 0x060000, 0x00, 'skl_uncore', 'skl_uncore'],
    ['a CardBus bridge', 0x060700, 0x02, 'yenta_cardbus', 'yenta_cardbus'],
    ['a bridge of another kind', 0x068000, undefined, 'imx8_ntb', 'imx8_ntb'],
  ])('judges %s by what the kernel does', (_, pciClass, headerType, driver, inTheWay) => {
    const header = headerType === undefined ? {} : { headerType };
    sample.addFunction('0000:00:1f.0', { group: '6', driver, class: pciClass, ...header });
    expect(obstacle()).toBe(inTheWay === null ? null : notViable(`0000:00:1f.0 (${inTheWay})`));
  });

  it('names every function of a chip set that shares the group', () => {
    sample.addFunction('0000:00:1f.0', { group: '6', driver: 'lpc_ich', class: 0x060100 });
    sample.addFunction('0000:00:1f.2', { group: '6', driver: 'ata_piix', class: 0x01018f });
    sample.addFunction('0000:00:1f.3', { group: '6', driver: 'i801_smbus', class: 0x0c0500 });
    expect(obstacle()).toBe(
      notViable('0000:00:1f.0 (lpc_ich)', '0000:00:1f.2 (ata_piix)', '0000:00:1f.3 (i801_smbus)'),
    );
  });

  it.each([
    'mlx5-vfio-pci',
    'mlx5_vfio_pci',
    'hisi_acc_vfio_pci',
    'nvgrace-gpu-vfio-pci',
    'vfio_pci',
    'vfio-ap',
  ])('has nothing against a neighbour that VFIO has by %s', (driver) => {
    sample.addFunction('0000:07:00.3', { group: '6', driver });
    expect(obstacle()).toBeNull();
  });

  it('knows what VFIO has by what it has there, whatever its driver is called', () => {
    const folder = sample.addFunction('0000:07:00.3', { group: '6', driver: 'acme_gpu_passthrough' });
    expect(obstacle()).toBe(notViable('0000:07:00.3 (acme_gpu_passthrough)'));
    sample.put(`${folder}/vfio-dev/vfio1/dev`, '511:1\n');
    expect(obstacle()).toBeNull();
  });

  it.each(['vfio', 'vfio-pci-core', 'myvfio-pci'])(
    'is not misled by a driver that is called %s',
    (driver) => {
      sample.addFunction('0000:07:00.3', { group: '6', driver });
      expect(obstacle()).toBe(notViable(`0000:07:00.3 (${driver})`));
    },
  );

  it('has nothing against a function that no driver has probed yet, if there is an IOMMU for it', () => {
    sample.addFunction('0000:08:00.0');
    sample.addFunction('0000:08:00.1', { driver: 'igb' });
    const none = 'is behind no IOMMU that the kernel uses';
    expect(obstacle('0000:08:00.0')).toBe(`0000:08:00.0 ${none}`);
    sample.put('sys/class/iommu/smmu3.0x9050000/uevent', '');
    expect(obstacle('0000:08:00.0')).toBeNull();
    expect(obstacle('0000:08:00.1')).toBe(`0000:08:00.1 ${none}`);
  });

  it('counts devices of other buses', () => {
    sample.addPlatformDevice('fe950000.crypto', { group: '6', driver: 'rk3288-crypto' });
    sample.addPlatformDevice('fe960000.dma', { group: '6', driver: 'vfio-platform' });
    expect(obstacle()).toBe(notViable('fe950000.crypto (rk3288-crypto)'));
  });

  it('refuses a physical function that has virtual ones', () => {
    const folder = sample.addFunction('0000:01:00.0', { group: '20', driver: 'nvme' });
    expect(obstacle('0000:01:00.0')).toBeNull();
    sample.put(`${folder}/sriov_totalvfs`, '8\n');
    sample.put(`${folder}/sriov_numvfs`, '0\n');
    expect(obstacle('0000:01:00.0')).toBeNull();
    sample.put(`${folder}/sriov_numvfs`, '4\n');
    expect(obstacle('0000:01:00.0')).toMatch(/^0000:01:00.0 has 4 virtual functions, which would go away/);
    sample.link(`${folder}/virtfn0`, sample.addFunction('0000:01:00.1', { group: '21', driver: 'vfio-pci' }));
    expect(obstacle('0000:01:00.0')).toMatch(/4 virtual functions \(0000:01:00.1\), which would/);
  });

  it.each([
    ['nvme', null],
    ['vfio-pci', /^0000:01:00.1 is a virtual function of 0000:01:00.0, which vfio-pci has: .* VF token/],
    ['mlx5-vfio-pci', /which mlx5-vfio-pci has: .* VF token/],
    ['hisi_acc_vfio_pci', /which hisi_acc_vfio_pci has: .* VF token/],
    ['nvgrace-gpu-vfio-pci', /VF token/],
    ['not_vfio_pcie', null],
  ])('judges a virtual function by who has the physical one: %s', (driver, sentence) => {
    const parent = sample.addFunction('0000:01:00.0', { group: '20', driver });
    const folder = sample.addFunction('0000:01:00.1', { group: '21' });
    sample.link(`${folder}/physfn`, parent);
    if (sentence === null) expect(obstacle('0000:01:00.1')).toBeNull();
    else expect(obstacle('0000:01:00.1')).toMatch(sentence);
  });

  it.each([
    ['a disk', (): void => sample.addDisk(ENGINE, 'nvme/nvme0', 'nvme0n1'), 'nvme0n1 is mounted on /'],
    ['an interface', (): void => sample.addInterface(ENGINE, 'eth0'), 'eth0 carries the default route'],
  ])('refuses %s that the host uses', (_, add, use) => {
    add();
    sample.put('proc/self/mountinfo', '26 1 259:0 / / rw - ext4 /dev/root rw\n');
    sample.put('proc/net/route', 'Iface\neth0 00000000 0101A8C0 0003 0 0 0 00000000 0 0 0\n');
    expect(obstacle()).toBe(`${ENGINE} is in use: ${use}`);
  });

  it('names who has it by iommufd', () => {
    sample.put(`sys/devices/pci0000:00/${ENGINE}/vfio-dev/vfio0/dev`, '511:0\n');
    sample.addProcess(99, 'qemu', '/dev/vfio/devices/vfio0');
    expect(obstacle()).toBe(`${ENGINE} is in use by qemu (pid 99)`);
  });

  it('sees what a VMD endpoint has behind it', () => {
    sample.addFunction('0000:00:0e.0', { ...VMD, group: '7' });
    sample.addFunction('10000:e0:06.0', { ...ROOT_PORT, group: '7', below: '0000:00:0e.0' });
    sample.addFunction('10000:e1:00.0', { ...NVME, group: '7', below: '10000:e0:06.0' });
    expect(obstacle('10000:e1:00.0')).toMatch(/not viable: 0000:00:0e.0 \(vmd\) would/);
    expect(obstacle('0000:00:0e.0')).toBeNull();
    sample.addDisk('10000:e1:00.0', 'nvme/nvme0', 'nvme0n1');
    sample.put('proc/self/mountinfo', '26 1 259:0 / / rw - ext4 /dev/root rw\n');
    expect(obstacle('0000:00:0e.0')).toBe('0000:00:0e.0 is in use: nvme0n1 is mounted on /');
  });
});

import { describe, expect, it } from 'vitest';
import { compilerOf, parseKernelConfig } from './config.ts';
import { findLacks, labModulesFor, modulesFor, requireOptions, settingsFor } from './needs.ts';

/** All that is asked for, most of it built in. */
const WHOLE = `
# Automatically generated file; DO NOT EDIT.
${[
  ...[
    'MODULES',
    'BLK_DEV_INITRD',
    'BINFMT_ELF',
    'BINFMT_SCRIPT',
    'DEVTMPFS',
    'TMPFS',
    'PROC_FS',
    'SYSFS',
    'UNIX98_PTYS',
  ],
  ...[
    'PCI_HOST_GENERIC',
    'PCI_MSI',
    'ARM_GIC_V3_ITS',
    'SERIAL_AMBA_PL011_CONSOLE',
    'VIRTIO_PCI',
    'NET_9P_VIRTIO',
  ],
]
  .map((option) => `CONFIG_${option}=y`)
  .join('\n')}
CONFIG_9P_FS=m
CONFIG_VIRTIO_IOMMU=m
CONFIG_VIRTIO_VSOCKETS=m
CONFIG_VIRTIO_CONSOLE=m
CONFIG_BLK_DEV_NVME=y
# CONFIG_IOMMUFD is not set
CONFIG_CC_VERSION_TEXT="aarch64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0"
`;
const without = (option: string, value = '') =>
  parseKernelConfig(WHOLE.replace(new RegExp(`^CONFIG_${option}=.*$`, 'm'), value));

describe('a kernel', () => {
  it('that has all lacks nothing, and has in its lists what is a module', () => {
    const config = parseKernelConfig(WHOLE);
    expect(findLacks(config)).toEqual(new Map());
    expect(modulesFor(config)).toEqual({
      always: ['9p'],
      commands: ['virtio_console'],
      'pci-0x1af4-0x1053': ['vmw_vsock_virtio_transport'],
      'pci-0x1af4-0x1057': ['virtio-iommu'],
      'pci-class-0x010802': [],
    });
  });

  it.each([
    ['9P_FS', null],
    ['VIRTIO_PCI', null],
    ['ARM_GIC_V3_ITS', null],
    ['MODULES', null],
    ['VIRTIO_IOMMU', 'iommu'],
    ['VIRTIO_VSOCKETS', 'vsock'],
    ['VIRTIO_CONSOLE', 'commands'],
    ['BLK_DEV_NVME', 'nvme'],
  ])('without %s lacks it for %s', (option, use) => {
    for (const unset of ['', `# CONFIG_${option} is not set`, `CONFIG_${option}=n`])
      expect(findLacks(without(option, unset))).toEqual(new Map([[use, [`CONFIG_${option}`]]]));
  });

  it('cannot have as a module what nobody loads in time', () => {
    expect(findLacks(without('PCI_HOST_GENERIC', 'CONFIG_PCI_HOST_GENERIC=m'))).toEqual(
      new Map([[null, ['CONFIG_PCI_HOST_GENERIC']]]),
    );
  });

  it('is refused by the name of what it lacks, for that alone which is asked for', () => {
    const lacks = findLacks(without('VIRTIO_IOMMU'));
    requireOptions('The kernel x', lacks, [null, 'vsock', 'smmute']);
    expect(() => requireOptions('The kernel x', lacks, ['iommu'])).toThrow(
      'The kernel x lacks CONFIG_VIRTIO_IOMMU, which guests with an IOMMU of their own need.',
    );
    expect(() => requireOptions('The kernel x', findLacks(new Map()), [null])).toThrow(
      /lacks CONFIG_MODULES, .*CONFIG_9P_FS, .*which every guest needs/,
    );
  });
});

describe("the lab's own kernel", () => {
  const lines = settingsFor('lab').map(([option, value]) => `${option}=${value}`);
  const config = (text: string) => parseKernelConfig(text);

  it('has all of it, and loads what is a module in order', () => {
    expect(findLacks(config(lines.join('\n')), 'lab')).toEqual(new Map());
    expect(labModulesFor(config(lines.join('\n')))).toEqual([
      ...['virtio_pci', 'virtio-iommu', 'virtio_blk', 'virtio_console', 'squashfs', '9p', '9pnet_virtio'],
      ...['vfio-pci', 'vfio_iommu_type1', 'vhost_vsock', 'nvme'],
    ]);
    expect(labModulesFor(config(lines.join('\n').replaceAll('=m', '=y')))).toEqual([]);
  });

  it.each(settingsFor('lab'))('without %s is refused by its name', (option) => {
    const without = config(lines.filter((line) => !line.startsWith(`${option}=`)).join('\n'));
    expect(() => requireOptions('The kernel x', findLacks(without, 'lab'), ['lab'])).toThrow(
      `The kernel x lacks ${option}, which the lab's own kernel needs.`,
    );
  });

  it('cannot have its IOMMU as a module', () => {
    const text = lines.join('\n').replace('CONFIG_ARM_SMMU_V3=y', 'CONFIG_ARM_SMMU_V3=m');
    expect(findLacks(config(text), 'lab')).toEqual(new Map([['lab', ['CONFIG_ARM_SMMU_V3']]]));
  });
});

describe('the compiler of a kernel', () => {
  it.each([
    [WHOLE, 'aarch64-linux-gnu-gcc-14', false],
    ['CONFIG_CC_VERSION_TEXT="gcc (Debian 12.2.0-14) 12.2.0"', 'gcc', false],
    ['CONFIG_CC_VERSION_TEXT="Debian clang version 14.0.6"\nCONFIG_CC_IS_CLANG=y', 'clang', true],
  ])('is what its configuration says', (text, command, isClang) => {
    expect(compilerOf(parseKernelConfig(text))).toMatchObject({ command, isClang });
  });

  it('is not known where nothing says it', () => expect(compilerOf(new Map())).toBeNull());
});

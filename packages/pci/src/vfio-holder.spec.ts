import { beforeEach, describe, expect, it } from 'vitest';
import { useSampleSysfs } from './testing/sample-sysfs.ts';
import { findGroupHolder, findIommufdUser } from './vfio-holder.ts';

const BDF = '0000:07:00.0';

const sample = useSampleSysfs();
beforeEach(() => {
  const folder = sample.addFunction(BDF, { driver: 'vfio-pci', group: '6' });
  sample.put(`${folder}/vfio-dev/vfio3/dev`, '511:3\n');
});

const holder = () => findGroupHolder(sample.pci(), '6', sample.proc);
const SYSPATH = `pos:\t0\nvfio-device-syspath: /sys/devices/pci0000:00/${BDF}\n`;

describe('findGroupHolder', () => {
  it.each([
    ['/dev/vfio/6', ''],
    ['/dev/vfio/6 (deleted)', ''],
    ['/var/lib/chroot/dev/vfio/6', ''],
    ['/dev/vfio/noiommu-6', ''],
    ['/dev/vfio/devices/vfio3', ''],
    ['anon_inode:[vfio-device]', SYSPATH],
  ])('finds who has %s open', (file, info) => {
    sample.addProcess(4711, 'qemu-system-aar', file, info);
    expect(holder()).toEqual({ pid: 4711, name: 'qemu-system-aar' });
  });

  it.each([
    ['/dev/vfio/16', ''],
    ['/dev/vfio/vfio', ''],
    ['/dev/vfio/devices/vfio30', ''],
    ['anon_inode:[vfio-device]', SYSPATH.replace('07:00', '08:00')],
    ['anon_inode:[vfio-device]', ''],
  ])('blames nobody for %s', (file, info) => {
    sample.addProcess(4711, 'qemu-system-aar', file, info);
    expect(holder()).toBeNull();
  });
});

it('knows who uses iommufd, though not with what', () => {
  expect(findIommufdUser(sample.proc)).toBeNull();
  sample.addProcess(12, 'vmm', '/dev/iommu');
  expect(findIommufdUser(sample.proc)).toEqual({ pid: 12, name: 'vmm' });
});

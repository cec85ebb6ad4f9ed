import { beforeEach, describe, expect, it } from 'vitest';
import { diskUse } from './disk-use.ts';
import { namespacesOf } from './index.ts';
import { useSampleSysfs } from './testing/sample-sysfs.ts';

const BDF = '0000:01:00.0';

const sample = useSampleSysfs();
let folder: string;
beforeEach(() => {
  folder = sample.addFunction(BDF, { vendor: 0x144d, device: 0xa808, class: 0x010802, driver: 'nvme' });
  sample.addDisk(BDF, 'nvme/nvme0', 'nvme0n1');
  sample.addPartition('nvme0n1', 'nvme0n1p1');
  sample.put(`${folder}/nvme/nvme0/serial`, 'S4EWNX0R123456      \n');
});

const use = (bdf = BDF) => diskUse(sample.pci(), bdf, sample.proc);

describe('diskUse', () => {
  it('finds nothing to say of a disk nobody uses, or of a function without one', () => {
    expect(use()).toBeNull();
    expect(use('0000:02:00.0')).toBeNull();
  });

  it.each([
    [
      'a mounted partition, by its number',
      'proc/self/mountinfo',
      '26 1 259:1 / / rw - ext4 /dev/root rw\n',
      'nvme0n1p1 is mounted on /',
    ],
    [
      'a mount whose number is not that of the disk',
      'proc/self/mountinfo',
      '40 26 0:35 /@home /home rw shared:1 - btrfs /dev/nvme0n1 rw\n',
      'nvme0n1 is mounted on /home',
    ],
    ['swap space', 'proc/swaps', '/dev/nvme0n1p1 partition 1 0 -2\n', 'nvme0n1p1 is used as swap space'],
    ['a holder', 'sys/class/block/nvme0n1p1/holders/dm-0/dev', '254:0\n', 'nvme0n1p1 is held by dm-0'],
  ])('finds %s', (_, path, content, sentence) => {
    sample.put(path, content);
    expect(use()).toBe(sentence);
  });

  it.each([
    ['of a SATA controller', '0000:00:1f.2', '0000:00:1f.2'],
    ['behind a bridge, or a VMD endpoint', '10000:e1:00.0', '0000:00:0e.0'],
  ])('finds a disk %s', (_, owner, asked) => {
    sample.addFunction(asked, { class: 0x010601, driver: 'ahci' });
    if (owner !== asked) sample.addFunction(owner, { below: asked, class: 0x010802 });
    sample.addDisk(owner, 'ata1/host0/target0:0:0/0:0:0:0/block', 'sda');
    sample.put('proc/self/mountinfo', '26 1 8:1 / / rw - ext4 /dev/sda rw\n');
    expect(use(asked)).toBe('sda is mounted on /');
    expect(use()).toBeNull();
  });
});

it('names the namespace, not its paths', () => {
  sample.put(`${folder}/nvme/nvme0/nvme0c0n2/size`, '8\n');
  expect(namespacesOf(sample.pci(), BDF)).toEqual(['nvme0n1', 'nvme0n2']);
});

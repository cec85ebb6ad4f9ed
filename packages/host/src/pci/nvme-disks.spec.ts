import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exercisers, findExercisers } from '../exerciser/index.ts';
import { BindingJournal, PciSysfs } from './index.ts';
import { diskUse, namespacesOf } from './nvme-disks.ts';

const BDF = '0000:01:00.0';
const FUNCTION = `sys/bus/pci/devices/${BDF}`;

let root: string;
let pci: PciSysfs;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nvme-'));
  pci = new PciSysfs(join(root, 'sys'));
  put(`${FUNCTION}/vendor`, '0x144d\n');
  put(`${FUNCTION}/device`, '0xa808\n');
  put(`${FUNCTION}/class`, '0x010802\n');
  put(`${FUNCTION}/nvme/nvme0/serial`, 'S4EWNX0R123456      \n');
  put(`${FUNCTION}/nvme/nvme0/nvme0n1/size`, '1000215216\n');
  mkdirSync(join(root, 'sys/bus/pci/drivers/nvme'), { recursive: true });
  symlinkSync(join(root, 'sys/bus/pci/drivers/nvme'), join(root, FUNCTION, 'driver'));
  put('sys/class/block/nvme0n1/dev', '259:0\n');
  put('sys/class/block/nvme0n1p1/dev', '259:1\n');
  put('sys/class/block/nvme0n1/nvme0n1p1/partition', '1\n');
  put('proc/swaps', 'Filename Type Size Used Priority\n');
  put('proc/self/mountinfo', '21 26 0:20 / /proc rw - proc proc rw\n');
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const use = () => diskUse(pci, BDF, join(root, 'proc'));

describe('diskUse', () => {
  it('finds nothing to say of a disk nobody uses, or of a function without one', () => {
    expect(use()).toBeNull();
    expect(diskUse(pci, '0000:02:00.0', join(root, 'proc'))).toBeNull();
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
    put(path, content);
    expect(use()).toBe(sentence);
  });
});

it('names the namespace, not its paths', () => {
  put(`${FUNCTION}/nvme/nvme0/nvme0c0n2/size`, '8\n');
  expect(namespacesOf(pci, BDF)).toEqual(['nvme0n1', 'nvme0n2']);
});

describe('findExercisers, for nvme', () => {
  const found = () => findExercisers(exercisers.nvme, pci, new BindingJournal(join(root, 'journal')));

  it('finds functions by their class', () => {
    put('sys/bus/pci/devices/0000:00:01.0/vendor', '0x1b36\n');
    put('sys/bus/pci/devices/0000:00:01.0/device', '0x000c\n');
    expect(found()).toMatchObject([
      { bdf: BDF, driver: 'nvme', node: '/dev/nvme0n1', serial: 'S4EWNX0R123456' },
    ]);
  });

  it('knows the disks of the lab by their serial number', () => {
    expect(found().map((fn) => exercisers.nvme.holdsData(fn))).toEqual([true]);
    put(`${FUNCTION}/nvme/nvme0/serial`, 'coordinator-lab-0\n');
    expect(found().map((fn) => exercisers.nvme.holdsData(fn))).toEqual([false]);
    expect(exercisers.nvme.holdsData({ node: null, serial: null })).toBe(true);
  });
});

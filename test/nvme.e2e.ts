import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coordinator, reportOf, runtimeFolder } from './support/coordinator.ts';
import { diskPattern } from './support/disk-pattern.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { expectMessages, expectPassed } from './support/guest-tests.ts';
import { AlteredKit } from './support/kit.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const plan = resolve(import.meta.dirname, 'plans/disk.yaml');

const runs = freshRuns();

/** The disk of a guest, held open so that it can be read when it is gone. */
function openDisk(guest: string): number | null {
  const base = join(runtimeFolder, `coordinator-${userInfo().uid}`);
  const runFolders = existsSync(base) ? readdirSync(base) : [];
  const image = runFolders.map((run) => join(base, run, `${guest}.img`)).find(existsSync);
  return image ? openSync(image, 'r') : null;
}

function readDisk(disk: number, at: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  expect(readSync(disk, bytes, 0, size, at)).toBe(size);
  return bytes;
}

describe('coordinator test --exerciser nvme', () => {
  // A queue a processor.
  it('has two guests write their disks by DMA, and read them back', async () => {
    const running = runs.start('--guests', '2', '--cpus', '2', '--exerciser', 'nvme', '--plan', plan);
    const disks = await runs.until('both disks', () => {
      const opened = ['guest-1', 'guest-2'].map(openDisk);
      if (opened.every((disk) => disk !== null)) return opened;
      for (const disk of opened) if (disk !== null) closeSync(disk);
      return null;
    });
    const { ended, report } = reportOf(await running.ended);
    expect(ended.code, ended.told).toBe(0);
    expect(report).toMatchObject({ outcome: 'pass', exerciser: 'nvme', plan: 'disk' });
    for (const guest of report.guests) {
      expect(guest.device).toMatchObject({ driver: 'nvme', node: '/dev/nvme0n1' });
      expectPassed(guest, {
        ...{ probe: 0, 'write/0x1000': 3, 'readwrite/0x100000': 2, 'verify/0x3000': 1, interrupts: 0 },
      });
      const commands = guest.tests.reduce((sum, test) => sum + (test.commands ?? 0), 0);
      // Each MiB is more than one command takes.
      expect(commands).toBeGreaterThan(3 + 2 * 2 + 1);
      const rows = guest.interrupts?.rows ?? [];
      expect(rows.map((row) => row.action)).toEqual(['nvme0q0', 'nvme0q1', 'nvme0q2']);
      expect(rows.every((row) => row.chip.includes('MSIX'))).toBe(true);
      expect(guest.interrupts?.device_total).toBeGreaterThan(0);
      expect(guest.interrupts?.device_total).toBeLessThanOrEqual(commands);
    }
    for (const disk of disks as number[]) {
      expect(readDisk(disk, MIB, 12 * KIB).equals(diskPattern(MIB, 12 * KIB, 7))).toBe(true);
      expect(readDisk(disk, 4 * MIB, 2 * MIB).equals(diskPattern(4 * MIB, 2 * MIB, 0xffffffff))).toBe(true);
      // Nothing outside of what the plan names.
      for (const [at, size] of [
        [0, MIB],
        [MIB + 12 * KIB, 3 * MIB - 12 * KIB],
        [6 * MIB, 58 * MIB],
      ] as const)
        expect(readDisk(disk, at, size).every((byte) => byte === 0)).toBe(true);
      closeSync(disk);
    }
  });

  it('does not believe a tool that moved nothing', async () => {
    const block = (n: number) =>
      `Result:\\n- transaction          = ${n}\\n- status               = 0 Success\\n- value                = 0x1\\n- duration             = 5 us\\n`;
    const kit = new AlteredKit({ blkdma: `#!/bin/sh\nprintf '${block(1)}'\n` });
    try {
      const { ended, guest } = await runs.test('--exerciser', 'nvme', '--plan', plan, '--share', kit.path);
      expect(ended.code).toBe(1);
      // What it printed was in order: the counters of the guest's disk tell.
      expect(guest.tests.find(({ name }) => name === 'verify/0x3000')).toMatchObject({
        outcome: 'fail',
        message: expect.stringMatching(/no command reached the device$/),
      });
    } finally {
      kit.remove();
    }
  });

  it('fails where the disk does not hold what it should, and says where', async () => {
    const wrong = join(runs.path, 'wrong.yaml');
    writeFileSync(
      wrong,
      'exerciser: nvme\ntests:\n- {mode: write, seed: 1}\n- {mode: verify, seed: 2}\n- {mode: write, offset: 1G}\n',
    );
    const { ended, guest } = await runs.test('--plan', wrong);
    expect(ended.code).toBe(1);
    expectMessages(guest, {
      ...{ probe: null, 'write/0x1000': null },
      'verify/0x1000': expect.stringMatching(/status 1 after 1 of 1 result: blkdma: .*wrong from offset 0x0/),
      'write/0x1000#2': expect.stringMatching(/after 0 of 1 result: blkdma: .*do not fit/),
      interrupts: null,
    });
  });

  it('refuses a plan of another exerciser', async () => {
    const { code, stderr } = await coordinator('test', '--exerciser', 'nvme', '--plan', 'page');
    expect(code).toBe(2);
    expect(stderr).toContain('the plan page is for the exerciser smmute, not for nvme');
  });

  it('lists NVMe functions of this machine', async () => {
    const { code, stdout } = await coordinator('devices', '--exerciser', 'nvme', '--json');
    expect(code).toBe(0);
    const pci = '/sys/bus/pci/devices';
    const isNvme = (bdf: string) => readFileSync(join(pci, bdf, 'class'), 'utf8').trim() === '0x010802';
    const there = existsSync(pci) ? readdirSync(pci).filter(isNvme).sort() : [];
    expect(JSON.parse(stdout).map(({ bdf }: { bdf: string }) => bdf)).toEqual(there);
  });
});

import type { StepOf } from '@coordinator/shared/exerciser';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../runtime/runtime.ts';
import { BDF } from '../../testing/guest-tree.ts';
import { useGuestTree } from '../../testing/use-guest-tree.ts';
import { ResultTally } from '../../tool/tally.ts';
import { nvme } from './nvme.ts';

const guest = useGuestTree();
const system = () => guest.system();

describe('inspect', () => {
  it('finds function, driver and namespace', () => {
    guest.tree.addFunctions();
    guest.tree.addNvme('0000:00:05.0');
    expect(nvme.inspect(system())).toEqual({
      bdf: '0000:00:05.0',
      driver: 'nvme',
      node: '/dev/nvme0n1',
      problem: null,
    });
  });

  it('finds the namespace behind one of several paths', () => {
    guest.tree.addNvme();
    guest.tree.file(`sys/bus/pci/devices/${BDF}/nvme/nvme0/nvme0c0n1/size`, '8\n');
    expect(nvme.inspect(system())).toMatchObject({ node: '/dev/nvme0n1', problem: null });
  });

  it('says what is missing', () => {
    guest.tree.addFunctions();
    expect(nvme.inspect(system()).problem).toBe('no NVMe function in this guest');
    guest.tree.addNvme();
    guest.tree.file('sys/class/block/nvme0n1/dev', '259:0\n');
    expect(nvme.inspect(system())).toMatchObject({
      driver: 'nvme',
      node: null,
      problem: `/dev/nvme0n1 is not the block device of function ${BDF}`,
    });
  });

  it('does not choose between two functions', () => {
    guest.tree.addNvme();
    guest.tree.file('sys/bus/pci/devices/0000:00:09.0/class', '0x010802\n');
    expect(nvme.inspect(system()).problem).toBe(
      `this guest has more than one NVMe function: ${BDF}, 0000:00:09.0`,
    );
  });
});

describe('loadDriver', () => {
  it('loads the modules of our initramfs that are not loaded, in order', async () => {
    guest.tree.file('lib/modules/pci-class-0x010802', 'nvme_core.ko\nnvme.ko\n');
    guest.tree.folder('sys/module/nvme_core');
    guest.tree.script('sbin/insmod', `echo "$@" >> ${guest.tree.root}/loaded`);
    expect(await nvme.loadDriver(system(), guest.tree.kit)).toBeNull();
    expect(system().read('/loaded')).toBe(`${guest.tree.root}/lib/modules/nvme.ko`);
  });

  it('asks modprobe elsewhere, and says what that said', async () => {
    guest.tree.script('sbin/modprobe', 'echo "modprobe: module nvme not found" >&2; exit 1');
    expect(await nvme.loadDriver(system(), guest.tree.kit)).toMatch(
      /modprobe said: modprobe: module nvme not found/,
    );
  });
});

it('counts reads, writes, discards and flushes', () => {
  guest.tree.file('sys/class/block/nvme0n1/stat', '  1  9 9 9  20 9 9 9 9 9 9  300 9 9 9  4000 9\n');
  expect(nvme.countCommands?.(system(), '/dev/nvme0n1')).toBe(4321);
});

describe('judge', () => {
  const step: StepOf<'nvme'> = {
    name: 'readwrite/0x1000',
    mode: 'readwrite',
    size: 0x1000,
    transactions: 2,
    offset: 0,
    seed: null,
    timeout_ms: 1000,
  };
  const verdict = (exit: RunResult['end'], statuses: readonly number[], lastWords: string | null = null) => {
    const results = new ResultTally();
    for (const [index, status] of statuses.entries())
      results.add({
        transaction: index + 1,
        status,
        statusText: '',
        value: '0x0',
        duration_us: 1,
        isSecond: false,
      });
    return nvme.judge(step, { end: exit, timedOut: false, results, output: '', lastWords });
  };

  it('passes with exit status 0 and every result good', () => {
    expect(verdict({ kind: 'exited', status: 0 }, [0, 0])).toBeNull();
  });

  it('says what the tool found wrong', () => {
    const words = 'blkdma: transaction 2: what was read is wrong from offset 0x1000 of the device on';
    expect(verdict({ kind: 'exited', status: 1 }, [0, 0], words)).toBe(
      `blkdma exited with status 1 after 2 of 2 results: ${words}`,
    );
    expect(verdict({ kind: 'exited', status: 1 }, [0, 5])).toMatch(/1 of 2 results failed.*status 5/);
    expect(verdict({ kind: 'exited', status: 0 }, [0])).toMatch(/printed 1 result where 2 were expected/);
    expect(verdict({ kind: 'signalled', signal: 'SIGSEGV' }, [0])).toMatch(/killed by SIGSEGV/);
  });
});

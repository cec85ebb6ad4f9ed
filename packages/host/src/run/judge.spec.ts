import type { TestResult } from '@coordinator/shared/report';
import { describe, expect, it } from 'vitest';
import { judgeInterrupts } from './judge.ts';

const table = (...counts: number[]) =>
  `           CPU0       CPU1\n${counts.map((count, n) => ` ${26 + n}:  ${count}  0 ITS-PCI-MSIX-0000:00:03.0  ${n} Edge      0000:00:03.0\n`).join('')}`;

const test = (transactions: number, misconfigured = 0): TestResult => ({
  name: 't',
  outcome: 'pass',
  transactions,
  misconfigured,
  duration_ms: 1,
  message: null,
  output: null,
  transaction_us: null,
});

const judge = (
  before: string | null,
  after: string | null,
  tests: TestResult[],
  bdf: string | null = '0000:00:03.0',
) => judgeInterrupts({ before, after }, { guest_bdf: bdf, driver: 'smmute-pci' }, tests);

describe('judgeInterrupts', () => {
  it('passes when there are interrupts, and no more than transactions', () => {
    const { interrupts, test: result } = judge(table(0, 0), table(2, 1), [test(3)]);
    expect(result.outcome).toBe('pass');
    expect(interrupts).toMatchObject({ device_total: 3, cpus: [0, 1] });
    expect(interrupts?.rows.map((row) => row.delta)).toEqual([
      [2, 0],
      [1, 0],
    ]);
  });

  it('fails without any, though every transaction succeeded by polling', () => {
    expect(judge(table(5), table(5), [test(10)]).test).toMatchObject({
      outcome: 'fail',
      message: 'no interrupt for 10 transactions',
    });
  });

  it('fails with more than there were transactions that raise one', () => {
    const { test: result } = judge(table(0), table(3), [test(3, 1)]);
    expect(result).toMatchObject({ outcome: 'fail', message: '3 interrupts for only 2 transactions' });
  });

  it('fails when the device has no row, or the text is none', () => {
    expect(judge(table(), table(), [test(1)]).test.message).toMatch(/no row of 0000:00:03.0/);
    expect(judge('rubbish', table(1), [test(1)]).test.message).toMatch(/no header line/);
    expect(judge(null, table(1), [test(1)]).test.outcome).toBe('fail');
  });

  it('has nothing to say without a device or a transaction', () => {
    expect(judge(table(0), table(0), [test(0)]).test.outcome).toBe('skip');
    expect(judge(table(0), table(1), [test(1)], null).test.outcome).toBe('skip');
  });

  describe('of an NVMe function', () => {
    const queues = (admin: number, ...io: number[]) =>
      `CPU0 CPU1\n${[admin, ...io].map((count, n) => `${40 + n}: ${count} 0 ITS-PCI-MSIX-0000:00:03.0 ${n} Edge nvme0q${n}`).join('\n')}\n50: 7 0 GICv3 1 Edge nvme\n`;
    const judgeNvme = (before: string, after: string, commands: number) =>
      judgeInterrupts({ before, after }, { guest_bdf: '0000:00:03.0', driver: 'nvme' }, [
        { ...test(1), commands },
      ]);

    it('shows the rows of every queue, and counts those of I/O', () => {
      const { interrupts, test: result } = judgeNvme(queues(9, 0, 0), queues(30, 3, 1), 4);
      expect(result.outcome).toBe('pass');
      expect(interrupts?.rows.map((row) => row.action)).toEqual(['nvme0q0', 'nvme0q1', 'nvme0q2']);
    });

    it('allows as many as there were commands, and no more', () => {
      expect(judgeNvme(queues(0, 0), queues(0, 5), 4).test.message).toBe('5 interrupts for only 4 commands');
      expect(judgeNvme(queues(0, 0), queues(8, 0), 4).test.message).toBe('no interrupt for 4 commands');
      expect(judgeNvme(queues(0, 0), queues(0, 0), 0).test).toMatchObject({
        outcome: 'fail',
        message: '1 transactions, but no command reached the device',
      });
    });
  });
});

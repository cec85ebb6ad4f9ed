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
) => judgeInterrupts({ before, after }, bdf, tests);

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
});

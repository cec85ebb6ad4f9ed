import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interruptDelta, parseInterrupts } from './index.ts';

const KERNEL_6_1 = `           CPU0       CPU1       CPU2       CPU3
 12:       4021       3998         17          2     GICv3  27 Level     arch_timer
 20:          1          0          0          0   ITS-MSI   0 Edge      0000:00:00.0
 21:          0          2          0          0   ITS-MSI   1 Edge      0000:00:00.0
 40:          7          0          0          0   ITS-MSI 49152 Edge      virtio0-config, virtio0-input
IPI0:        12         31          0          0       Rescheduling interrupts
Err:          0
`;

const KERNEL_6_12 = `           CPU0       CPU1
 26:          2          0 ITS-PCI-MSIX-0000:00:02.0   0 Edge      0000:00:02.0
 27:          0          5 ITS-PCI-MSIX-0000:00:02.0   1 Edge      0000:00:02.0
 30:          9          9 GICv3  33 Level     uart-pl011
`;

it('takes no number for a count that the kernel cannot have', () => {
  const table = (count: string) => `  CPU0\n 26: ${count} ITS-MSI 0 Edge 0000:00:00.0\n`;
  const before = parseInterrupts(table('42949672147483647'));
  expect(interruptDelta(before, parseInterrupts(table('1')), () => true).total).toBeGreaterThanOrEqual(0);
});

describe('parseInterrupts', () => {
  it('reads the layout of kernels up to 6.x', () => {
    const { cpus, rows } = parseInterrupts(KERNEL_6_1);
    expect(cpus).toEqual([0, 1, 2, 3]);
    expect(rows).toHaveLength(6);
    expect(rows[1]).toEqual({
      irq: '20',
      counts: new Map([
        [0, 1],
        [1, 0],
        [2, 0],
        [3, 0],
      ]),
      chip: 'ITS-MSI',
      hwirq: 0,
      trigger: 'Edge',
      actions: ['0000:00:00.0'],
    });
    expect(rows[3]?.actions).toEqual(['virtio0-config', 'virtio0-input']);
    expect(rows[4]).toMatchObject({
      irq: 'IPI0',
      chip: '',
      hwirq: null,
      actions: ['Rescheduling interrupts'],
    });
    expect(rows[5]?.counts).toEqual(new Map([[0, 0]]));
  });

  it('reads the layout of 6.12, where the chip names the device', () => {
    const [row] = parseInterrupts(KERNEL_6_12).rows;
    expect(row).toMatchObject({
      irq: '26',
      chip: 'ITS-PCI-MSIX-0000:00:02.0',
      hwirq: 0,
      actions: ['0000:00:02.0'],
    });
  });

  it('refuses text without CPU columns', () => {
    expect(() => parseInterrupts('hello\n')).toThrow(/no header line/);
    expect(() => parseInterrupts('')).toThrow(TypeError);
  });

  it('reads back any table of 1 to 256 CPUs', () => {
    const tables = fc
      .integer({ min: 1, max: 256 })
      .chain((cpus) =>
        fc.tuple(
          fc.constant(cpus),
          fc.array(fc.array(fc.nat(2 ** 32 - 1), { minLength: cpus, maxLength: cpus }), { maxLength: 8 }),
        ),
      );
    fc.assert(
      fc.property(tables, fc.boolean(), ([cpus, counts], modern) => {
        const header = `     ${Array.from({ length: cpus }, (_, cpu) => `CPU${cpu}`.padStart(10)).join(' ')}\n`;
        const chip = modern ? 'ITS-PCI-MSIX-0000:01:00.0' : '  ITS-MSI';
        const text = counts.map(
          (row, n) =>
            `${20 + n}: ${row.map((c) => `${c}`.padStart(10)).join(' ')} ${chip} ${n} Edge      0000:01:00.0\n`,
        );
        const { rows } = parseInterrupts(header + text.join(''));
        expect(rows.map((row) => [...row.counts.values()])).toEqual(counts);
        expect(rows.map((row) => row.hwirq)).toEqual(counts.map((_, n) => n));
      }),
      { numRuns: 50 },
    );
  });

  it('never throws anything but its own complaint', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        parseInterrupts(`  CPU0 CPU1\n${text}`);
      }),
    );
  });
});

describe('interruptDelta', () => {
  const snapshot = (cpus: number[], rows: string[]) =>
    parseInterrupts(`${cpus.map((cpu) => `CPU${cpu}`).join(' ')}\n${rows.join('\n')}\n`);
  const delta = (before: ReturnType<typeof snapshot>, after: ReturnType<typeof snapshot>) =>
    interruptDelta(before, after, (action) => action === 'dev');

  it('sums per row and over all rows of the device only', () => {
    const result = delta(
      snapshot(
        [0, 1],
        ['5: 1 0 ITS-MSI 0 Edge dev', '6: 0 0 ITS-MSI 1 Edge dev, other', '7: 9 9 GICv3 1 Level other'],
      ),
      snapshot(
        [0, 1],
        ['5: 4 1 ITS-MSI 0 Edge dev', '6: 0 2 ITS-MSI 1 Edge dev, other', '7: 99 99 GICv3 1 Level other'],
      ),
    );
    expect(result.total).toBe(6);
    expect(result.rows.map((row) => row.delta)).toEqual([
      [3, 1],
      [0, 2],
    ]);
    expect(result.rows[0]).toMatchObject({ irq: '5', action: 'dev', before: [1, 0], after: [4, 1] });
  });

  it('counts a new row from zero and a vanished one as nothing', () => {
    const result = delta(
      snapshot([0], ['5: 3 ITS-MSI 0 Edge dev']),
      snapshot([0], ['8: 2 ITS-MSI 1 Edge dev']),
    );
    expect(result.rows.map(({ irq, before, after, delta }) => ({ irq, before, after, delta }))).toEqual([
      { irq: '5', before: [3], after: [3], delta: [0] },
      { irq: '8', before: [0], after: [2], delta: [2] },
    ]);
  });

  it('keeps CPUs that come and go apart by their number', () => {
    const result = delta(
      snapshot([0, 2], ['5: 1 10 ITS-MSI 0 Edge dev']),
      snapshot([0, 1], ['5: 2 4 ITS-MSI 0 Edge dev']),
    );
    expect(result.cpus).toEqual([0, 1, 2]);
    expect(result.rows[0]).toMatchObject({ before: [1, 0, 10], after: [2, 4, 10], delta: [1, 4, 0] });
  });

  it('tells a wrapped counter from one that started anew', () => {
    const wrapped = delta(
      snapshot([0], ['5: 4294967295 ITS-MSI 0 Edge dev']),
      snapshot([0], ['5: 4 ITS-MSI 0 Edge dev']),
    );
    expect(wrapped.total).toBe(5);
    const anew = delta(
      snapshot([0], ['5: 70 ITS-MSI 0 Edge dev']),
      snapshot([0], ['5: 4 ITS-MSI 0 Edge dev']),
    );
    expect(anew.total).toBe(4);
  });
});

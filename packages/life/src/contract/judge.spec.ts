import { parsePlan } from '@coordinator/shared/plan';
import type { TestResult } from '@coordinator/shared/report';
import { describe, expect, it } from 'vitest';
import { type JudgedTest, judgeInterrupts } from './judge.ts';

const BDF = '0000:00:03.0';

/** /proc/interrupts with a row for each count, all of it on CPU0. */
const table = (...counts: number[]) =>
  `           CPU0       CPU1\n${counts.map((count, n) => ` ${26 + n}:  ${count}  0 ITS-PCI-MSIX-${BDF}  ${n} Edge      ${BDF}\n`).join('')}`;

const stepOf = (test: string, exerciser = 'smmute') => {
  const [step] = parsePlan(`exerciser: ${exerciser}\ntests:\n- ${test}\n`, 'p').tests;
  if (!step) throw new Error('no step');
  return step;
};

function test(yaml: string, fields: Partial<TestResult> = {}): JudgedTest {
  const step = stepOf(yaml);
  const result: TestResult = {
    name: step.name,
    outcome: 'pass',
    transactions: 'transactions' in step ? step.transactions : 0,
    misconfigured: 0,
    duration_ms: 1,
    message: null,
    output: null,
    transaction_us: null,
    ...fields,
  };
  return { step, result };
}

const memcpy = (transactions: number, fields: Partial<TestResult> = {}) =>
  test(`{ mode: memcpy, transactions: ${transactions} }`, fields);

const problem = (before: string, after: string, ...tests: JudgedTest[]) =>
  judgeInterrupts(
    { before: { text: before }, after: { text: after } },
    { guest_bdf: BDF, exerciser: 'smmute' },
    tests,
  ).problem;

const zeros = (rows: number) => table(...new Array<number>(rows).fill(0));

describe('one test whose transactions wait for their results', () => {
  it('passes with exactly one interrupt each, on all vectors in turn', () => {
    const judged = judgeInterrupts(
      { before: { text: zeros(3) }, after: { text: table(2, 1, 1) } },
      { guest_bdf: BDF, exerciser: 'smmute' },
      [memcpy(4)],
    );
    expect(judged).toMatchObject({ problem: null, total: 4 });
    expect(judged.interrupts).toMatchObject({ device_total: 4, cpus: [0, 1] });
    expect(judged.interrupts?.rows.map((row) => row.delta)).toEqual([
      [2, 0],
      [1, 0],
      [1, 0],
    ]);
  });

  it.each([
    ['none', zeros(8), 'no interrupt for 10 transactions'],
    ['one short', table(2, 1, 1, 1, 1, 1, 1, 1), '9 interrupts for 10 transactions: 1 never came'],
    ['every second', table(1, 0, 1, 0, 1, 0, 1, 1), '5 interrupts for 10 transactions: 5 never came'],
    ['one too many', table(2, 2, 2, 1, 1, 1, 1, 1), '11 interrupts for only 10 transactions'],
    ['all on vector 0', table(10, 0, 0, 0, 0, 0, 0, 0), /^the vectors were not used in turn: 10, 0, 0/],
    ['one vector twice in a row', table(3, 1, 1, 1, 1, 1, 1, 1), /^the vectors were not used in turn/],
  ])('fails with %s', (_, after, why) => expect(problem(zeros(8), after, memcpy(10))).toMatch(why));

  it('raises none for those that are refused as misconfigured', () => {
    const refused = test('{ mode: sum64, fault: drv, transactions: 2 }', { misconfigured: 2 });
    expect(problem(zeros(8), zeros(8), refused)).toBeNull();
    expect(problem(zeros(8), table(1, 0), refused)).toBe('1 interrupts for only 0 transactions');
  });

  it('is held to no more than it was asked for when it failed', () => {
    const failed = memcpy(10, { outcome: 'fail', transactions: 3 });
    expect(problem(zeros(8), table(1, 1, 1, 0, 0, 0, 0, 0), failed)).toBeNull();
    expect(problem(zeros(1), table(11), failed)).toBe('11 interrupts for only 10 transactions');
  });
});

describe('transactions that overlap', () => {
  const deep = test('{ mode: memcpy, transactions: 64, depth: 16 }');

  it.each([
    ['one a transaction', table(8, 8, 8, 8, 8, 8, 8, 8), null],
    ['merged ones', table(1, 5, 2, 8, 1, 1, 3, 7), null],
    ['a vector left out', table(9, 8, 8, 8, 8, 8, 8, 0), /not used in turn/],
    ['more than transactions', table(9, 8, 8, 8, 8, 8, 8, 8), '65 interrupts for only 64 transactions'],
    ['too few', table(1, 1, 1, 0, 0, 0, 0, 0), /of which 8 at least must come: 5 never came/],
  ])('with %s', (_, after, why) => {
    const said = problem(zeros(8), after, deep);
    if (why === null) expect(said).toBeNull();
    else expect(said).toMatch(why);
  });

  it('of P2P raise two or three a call', () => {
    const p2p = test('{ mode: p2p, size: 8, transactions: 20 }', { transactions: 40 });
    for (const [total, right] of [
      [39, false],
      [40, true],
      [55, true],
      [60, true],
      [61, false],
    ] as const) {
      const after = table(...Array.from({ length: 8 }, (_, n) => Math.floor((total + n) / 8)));
      expect(problem(zeros(8), after, p2p) === null, `${total}`).toBe(right);
    }
  });
});

describe('tests together', () => {
  const sum64 = (transactions: number) => test(`{ mode: sum64, transactions: ${transactions} }`);
  const refused = test('{ mode: sum64, fault: drv }', { misconfigured: 1 });
  const nine = [sum64(3), refused, sum64(3), refused, sum64(3)];
  const eighteen = [sum64(18), refused];

  it.each([
    ['what is refused takes a turn and raises nothing', table(2, 2, 2, 0, 1, 1, 1, 0), nine, null],
    ['it takes none', table(2, 1, 1, 1, 1, 1, 1, 1), nine, null],
    ['a vector is left out that was due twice', table(3, 3, 3, 3, 3, 3, 0, 0), eighteen, /not used in turn/],
    ['all are on vector 0', table(18, 0, 0, 0, 0, 0, 0, 0), eighteen, /not used in turn/],
  ])('are on vectors in turn, where %s', (_, after, tests, why) => {
    const said = problem(zeros(8), after, ...tests);
    if (why === null) expect(said).toBeNull();
    else expect(said).toMatch(why);
  });
});

it('counts on a chip whose name has spaces and a number, as the Raspberry Pi 4 has', () => {
  const bdf = '0000:01:00.0';
  const reading = (first: number, second: number) => ({
    text: `           CPU0       CPU1       CPU2       CPU3
 27:          0          0          0          0     GICv2 175 Level     PCIe PME, aerdrv
 30:          ${first}          0          0          0  BRCM STB PCIe MSI 524288 Edge      ${bdf}
 31:          ${second}          0          0          0  BRCM STB PCIe MSI 524289 Edge      ${bdf}
 41:          0          0          0          0  interrupt-controller@7ef00100   4 Level     vc4 hdmi hpd connected
IPI0:      1837       2580       2662       2626       Rescheduling interrupts
Err:          0
`,
  });
  const device = { guest_bdf: bdf, exerciser: 'smmute' } as const;
  const judge = (second: number) =>
    judgeInterrupts({ before: reading(0, 0), after: reading(7, second) }, device, [memcpy(13)]).problem;
  expect(judge(6)).toBeNull();
  expect(judge(5)).not.toBeNull();
});

describe('what cannot be known', () => {
  const gone = (cpus: string, ...rows: string[]) => `${cpus}\n${rows.join('\n')}\n`;
  const row = (irq: number, ...counts: number[]) => ` ${irq}: ${counts.join(' ')} ITS-MSI ${irq} Edge ${BDF}`;

  it('is named: CPUs that went offline between the readings', () => {
    const before = gone('CPU0 CPU1', row(26, 1, 0), row(27, 0, 0));
    expect(problem(before, gone('CPU0', row(26, 1), row(27, 0)), memcpy(13))).toBe(
      '0 of 13 interrupts can be accounted for: CPU1 went offline between the readings, and what was counted there is not known',
    );
    // All that were due are there all the same.
    expect(problem(before, gone('CPU0', row(26, 8), row(27, 6)), memcpy(13))).toBeNull();
  });

  it('is named: rows that went away', () => {
    expect(problem(gone('CPU0', row(26, 0), row(27, 0)), gone('CPU0', row(27, 2)), memcpy(4))).toMatch(
      /^2 of 4 interrupts .* the rows of interrupts 26 went away/,
    );
  });

  it('is no pass: no row, no table', () => {
    expect(problem(table(), table(), memcpy(1))).toBe(`/proc/interrupts has no row of ${BDF}`);
    expect(problem('rubbish', table(1), memcpy(1))).toMatch(/no header line/);
  });
});

describe('several tests together', () => {
  it('are judged by their sum', () => {
    const tests = [memcpy(10), memcpy(3), test('{ mode: memcpy, fault: drv }', { aborted: 1 })];
    expect(problem(zeros(8), table(2, 2, 2, 2, 2, 2, 1, 1), ...tests)).toBeNull();
    expect(problem(zeros(8), table(2, 2, 2, 2, 2, 1, 1, 1), ...tests)).toMatch(
      /13 interrupts for 14 .* 1 never/,
    );
  });
});

describe('an NVMe function', () => {
  const queues = (admin: number, ...io: number[]) =>
    `CPU0 CPU1\n${[admin, ...io].map((count, n) => `${40 + n}: ${count} 0 ITS-PCI-MSIX-${BDF} ${n} Edge nvme0q${n}`).join('\n')}\n50: 7 0 GICv3 1 Edge nvme\n`;
  const judge = (before: string, after: string, commands: number) => {
    const { result } = memcpy(1, { commands });
    const step = stepOf('{ mode: readwrite }', 'nvme');
    return judgeInterrupts(
      { before: { text: before }, after: { text: after } },
      { guest_bdf: BDF, exerciser: 'nvme' },
      [{ step, result }],
    );
  };

  it('shows the rows of every queue, and counts those of I/O', () => {
    const { interrupts, problem, total } = judge(queues(9, 0, 0), queues(30, 3, 1), 4);
    expect({ problem, total }).toEqual({ problem: null, total: 4 });
    expect(interrupts?.rows.map((one) => one.action)).toEqual(['nvme0q0', 'nvme0q1', 'nvme0q2']);
  });

  it('lets the CPU that submits decide on the queue', () => {
    expect(judge(queues(9, 0, 0), queues(30, 4, 0), 4).problem).toBeNull();
    expect(judge(queues(9, 0, 0), queues(30, 0, 4), 4).problem).toBeNull();
  });

  it('allows as many as there were commands, and no more', () => {
    expect(judge(queues(0, 0), queues(0, 5), 4).problem).toBe('5 interrupts for only 4 commands');
    expect(judge(queues(0, 0), queues(8, 0), 4).problem).toBe('no interrupt for 4 commands');
    expect(judge(queues(0, 0), queues(0, 0), 0).problem).toBe(
      '1 transactions, but no command reached the device',
    );
  });
});

describe('programs', () => {
  const program = (interrupts: string) =>
    test(`{ run: ./a, interrupts: ${interrupts} }`, { transactions: 0 });
  const free = test('{ run: ./a }', { transactions: 0 });

  it.each([
    ['10', table(10, 0, 0), null],
    ['10', table(5, 5, 1), '11 interrupts, where the plan allows 10'],
    ['10', table(5, 4, 0), '9 interrupts, of which the plan has 10 at least'],
    ['0', table(0, 1, 0), '1 interrupts, where the plan allows 0'],
    ['at-least 3', table(300, 0, 0), null],
    ['at-least 3', table(1, 1, 0), '2 interrupts, of which the plan has 3 at least'],
  ])('that are to raise %s', (interrupts, after, why) =>
    expect(problem(zeros(3), after, program(interrupts))).toBe(why),
  );

  it('may raise any number in any order where the plan says nothing, beside what others must', () => {
    expect(problem(zeros(3), table(0, 0, 7), free)).toBeNull();
    expect(problem(zeros(3), zeros(3), free)).toBeNull();
    expect(problem('CPU0\n', 'CPU0\n', free)).toBeNull();
    expect(problem(zeros(3), table(20, 0, 0), memcpy(10), free)).toBeNull();
    expect(problem(zeros(3), table(9, 0, 0), memcpy(10), free)).toBe(
      '9 interrupts, of which the plan has 10 at least',
    );
  });
});

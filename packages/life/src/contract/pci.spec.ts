import type { AgentMessage } from '@coordinator/shared/message';
import { type Plan, parsePlan } from '@coordinator/shared/plan';
import type { InterruptsResult, TestResult } from '@coordinator/shared/report';
import { describe, expect, it } from 'vitest';
import { testEnd, testEndOf } from '../testing/sample-agent.ts';
import { TestAccount } from './test-account.ts';

const BDF = '0000:00:04.0';
type Reading = { readonly rows: string; readonly numbers?: string[] };

const planOf = (interrupts: string): Plan =>
  parsePlan(
    `exerciser: pci\ndevice: { id: "8086:10c9" }\ndriver: igb\ntests:\n- { run: ./a, interrupts: ${interrupts} }\n`,
    'p',
  );

/** What comes of the probe, a program that passed, and the readings before and behind it. */
function judge(
  interrupts: string,
  [before, after]: readonly [Reading, Reading],
  device: { readonly driver?: string | null; readonly guest_bdf?: string | null } = {},
) {
  const plan = planOf(interrupts);
  const tests: TestResult[] = [];
  const results: InterruptsResult[] = [];
  const account = new TestAccount(plan, false, {
    test: (result) => tests.push(result),
    interrupts: (result) => results.push(result),
    late: () => {},
  });
  const now = {
    device: { host_bdf: null, guest_bdf: BDF, driver: 'igb', node: null, ...device },
    lossy: false,
  };
  const read = (when: 'before' | 'after', test: string | null, { rows, ...more }: Reading) => {
    const text = `CPU0\n${rows}`;
    const message: Extract<AgentMessage, { type: 'interrupts' }> = {
      ...{ type: 'interrupts', when, test, text, waited_ms: 0, ...more },
    };
    account.read(message, now);
  };
  account.endTest(testEnd('probe'), now);
  read('before', null, before);
  account.beginTest('a');
  const [step] = plan.tests;
  if (step) account.endTest(testEndOf(step), now);
  read('after', 'a', after);
  read('after', null, after);
  account.close();
  const outcomes = new Map(tests.map(({ name, outcome, message }) => [name, [outcome, message]]));
  return { told: outcomes.get('a'), probe: outcomes.get('probe'), results };
}

const row = (irq: number, count: number, action: string) =>
  `${irq}: ${count} ITS-MSI ${irq - 20} Edge ${action}\n`;
const passed = ['pass', null];

describe('interrupts of a function whose driver nobody knows', () => {
  const numbers = ['29', '30'];
  const idle = { rows: row(29, 5, 'eth0-rx-0') + row(28, 7, 'virtio0'), numbers };

  it('are those of its numbers, whatever they are called', () => {
    const busy = {
      rows: row(29, 7, 'eth0-rx-0') + row(28, 99, 'virtio0') + row(30, 1, 'eth0-tx-0'),
      numbers,
    };
    const { told, results } = judge('3', [idle, busy]);
    expect(told).toEqual(passed);
    expect(results).toMatchObject([{ device_total: 3, rows: [{ irq: '29' }, { irq: '30' }] }]);
    expect(judge('at-least 3', [idle, busy]).told).toEqual(passed);
    expect(judge('none', [idle, busy]).told).toEqual(['fail', '3 interrupts, where the plan allows 0']);
    expect(judge('at-least 4', [idle, busy]).told).toEqual([
      'fail',
      '3 interrupts, of which the plan has 4 at least',
    ]);
  });

  it('are none that a guest does not say are its own', () => {
    expect(judge('at-least 1', [{ rows: '' }, { rows: row(29, 9, BDF) }]).told).toEqual([
      'fail',
      `/proc/interrupts has no row of ${BDF}`,
    ]);
  });

  it('are none that share a line with those of others', () => {
    const shared = (count: number) => ({ rows: row(29, count, 'edu, other'), numbers: ['29'] });
    expect(judge('at-least 1', [shared(0), shared(9)]).told).toEqual([
      'fail',
      `/proc/interrupts has no row of ${BDF}`,
    ]);
  });

  it("are none of a row that was another function's before", () => {
    const theirs = { rows: row(30, 50, 'virtio9'), numbers: ['29'] };
    const ours = { rows: row(30, 52, 'eth0'), numbers: ['30'] };
    // Counted from zero, as it is another interrupt: never by mistake too few.
    expect(judge('none', [theirs, ours]).told).toEqual(['fail', '52 interrupts, where the plan allows 0']);
  });

  it('that went away were perhaps more than the plan allows', () => {
    const gone = { rows: row(28, 7, 'virtio0'), numbers: [] };
    expect(judge('none', [idle, gone]).told).toEqual([
      'fail',
      expect.stringMatching(/^0 interrupts, and that there were no more than 0 is not known: /),
    ]);
    expect(judge('any', [idle, gone]).told).toEqual(passed);
  });

  it('that nobody has requested any more still count', () => {
    expect(judge('2', [idle, { rows: '29: 7 ITS-MSI 9 Edge\n', numbers }]).told).toEqual(passed);
  });
});

describe('the probe of such a plan', () => {
  const idle = { rows: '', numbers: [] };
  const probe = (device: Parameters<typeof judge>[2]) => judge('any', [idle, idle], device).probe ?? [];

  it('needs no device file', () => expect(probe({})).toEqual(passed));

  it.each([
    [{ driver: 'e1000e' }, 'the driver is e1000e, not igb'],
    [{ driver: null }, 'the driver is none, not igb'],
    [{ guest_bdf: null }, 'no function was found'],
  ])('is not believed with %j', (device, why) => {
    const [outcome, message] = probe(device);
    expect(outcome).toBe('fail');
    expect(message).toContain(why);
  });
});

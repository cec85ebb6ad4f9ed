import type { UnstampedEvent } from '@coordinator/shared/event';
import type { AgentMessage } from '@coordinator/shared/message';
import type { Plan } from '@coordinator/shared/plan';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentSession } from './agent-session.ts';
import { judgeEnding } from './ending.ts';
import { bye, fullReport, interruptsText, shortPlan, testEnd, testEndOf } from './testing/sample-agent.ts';

const device = { host_bdf: null, guest_bdf: null, driver: null, node: null };
const poweredOff = { code: 0, signal: null, guestRequest: 'shutdown', complaint: '' } as const;

function told(messages: readonly AgentMessage[], plan: Plan = shortPlan) {
  const events: UnstampedEvent[] = [];
  const session = new AgentSession('guest-1', device, plan, (event) => events.push(event));
  for (const message of messages) session.receive(message, 1);
  session.close();
  return { session, events, ending: judgeEnding(null, session, poweredOff) };
}

const tests = (events: readonly UnstampedEvent[]) =>
  events.flatMap((event) => (event.type === 'guest-test' ? [event.test] : []));

const [memcpy, rand48] = shortPlan.tests as [Plan['tests'][number], Plan['tests'][number]];

/** The whole report with the messages that `match` changed. */
function changed(
  match: (message: AgentMessage) => boolean,
  change: (message: AgentMessage) => readonly AgentMessage[],
): AgentMessage[] {
  return fullReport().flatMap((message) => (match(message) ? change(message) : [message]));
}

const isEndOf = (name: string) => (message: AgentMessage) =>
  message.type === 'test-end' && message.name === name;
const isReadingAfter = (test: string | null) => (message: AgentMessage) =>
  message.type === 'interrupts' && message.when === 'after' && message.test === test;

describe('a pass', () => {
  it('is everything that the plan promises, in order, once, and right', () => {
    const { events, ending, session } = told(fullReport());
    expect(ending).toEqual({ outcome: 'pass', error_kind: null, reason: null });
    expect(session.isFulfilled).toBe(true);
    expect(tests(events).map(({ name, outcome, interrupts }) => [name, outcome, interrupts])).toEqual([
      ['probe', 'pass', undefined],
      ['memcpy/0x100', 'pass', 10],
      ['rand48/0x1000', 'pass', 1],
      ['sum64/0x1000/fault-drv', 'pass', 0],
      ['interrupts', 'pass', undefined],
    ]);
    expect(session.work).toEqual({
      launches: { min: 12, max: 12 },
      bytes: { min: 10 * 256 + 4096, max: 10 * 256 + 4096 },
      interrupts: { min: 11, max: 11 },
    });
  });

  it.each<[string, Plan['interrupts']]>([
    ['once', 'run'],
    ['never', 'none'],
  ])('needs interrupts read %s, if the plan says so', (_, interrupts) => {
    const plan = { ...shortPlan, interrupts };
    expect(told(fullReport(plan), plan).ending.outcome).toBe('pass');
  });

  it('cannot exist without any one of the messages that settle the plan', () => {
    const all = fullReport();
    for (const [index, message] of all.entries()) {
      if (message.type === 'stage') continue;
      expect(told(all.toSpliced(index, 1)).ending.outcome, JSON.stringify(message)).not.toBe('pass');
    }
  });

  it('is given to no other order, whatever is left out, repeated or swapped', () => {
    const all = fullReport().filter(({ type }) => type !== 'stage');
    fc.assert(
      fc.property(fc.array(fc.nat(all.length - 1), { maxLength: 30 }), (order) => {
        const { ending } = told(order.map((index) => all[index] as AgentMessage));
        const whole = order.length === all.length && order.every((index, at) => index === at);
        expect(ending.outcome === 'pass').toBe(whole);
      }),
    );
  });
});

describe('what is no pass', () => {
  it.each<[string, AgentMessage[], string, RegExp]>([
    [
      'hello and bye alone',
      [fullReport()[0] as AgentMessage, bye],
      'error',
      /never reported the start of test probe/,
    ],
    [
      'a test left out',
      changed(isEndOf('rand48/0x1000'), () => []),
      'fail',
      /came before the result of test rand48/,
    ],
    [
      'a test told twice',
      changed(isEndOf('memcpy/0x100'), (m) => [m, m]),
      'fail',
      /memcpy\/0x100 came a second time/,
    ],
    [
      'a test nobody planned',
      changed(isReadingAfter(null), (m) => [m, testEnd('extra')]),
      'fail',
      /was not asked for/,
    ],
    [
      'no last reading',
      changed(isReadingAfter(null), () => []),
      'error',
      /never reported \/proc\/interrupts after the/,
    ],
    [
      'a pass without transactions',
      changed(isEndOf('memcpy/0x100'), () => [testEnd('memcpy/0x100')]),
      'fail',
      /memcpy\/0x100: reported 0 results where 10 were planned/,
    ],
    [
      'a pass with one transaction too few',
      changed(isEndOf('memcpy/0x100'), () => [testEndOf(memcpy, { transactions: 9, latency_us: [[1, 9]] })]),
      'fail',
      /reported 9 results where 10/,
    ],
    [
      'a pass with a transaction that was aborted',
      changed(isEndOf('rand48/0x1000'), () => [testEndOf(rand48, { aborted: 1 })]),
      'fail',
      /reported 1 aborted transactions where 0/,
    ],
    [
      'a pass that says why it failed',
      changed(isEndOf('rand48/0x1000'), () => [testEndOf(rand48, { message: 'but' })]),
      'fail',
      /and to have failed: but/,
    ],
    [
      'durations of other transactions',
      changed(isEndOf('rand48/0x1000'), () => [testEndOf(rand48, { latency_us: [[1, 2]] })]),
      'fail',
      /told 2 durations for 1 transactions/,
    ],
    [
      'a test skipped for no reason',
      changed(isEndOf('rand48/0x1000'), () => [testEnd('rand48/0x1000', { outcome: 'skip', message: 'no' })]),
      'fail',
      /was skipped, though it could be done/,
    ],
    [
      'a probe that found nothing and passed',
      changed(
        (m) => m.type === 'device',
        () => [{ type: 'device', bdf: null, driver: null, node: null }],
      ),
      'fail',
      /probe: is said to have passed, but no function/,
    ],
    [
      'another driver',
      changed(
        (m) => m.type === 'device',
        (m) => [{ ...m, driver: 'vfio-pci' } as AgentMessage],
      ),
      'fail',
      /the driver is vfio-pci, not smmute-pci/,
    ],
    [
      'interrupts that never came',
      changed(isReadingAfter('memcpy/0x100'), (m) => [{ ...m, text: interruptsText(9) } as AgentMessage]),
      'fail',
      /memcpy\/0x100: 9 interrupts for 10 transactions: 1 never came/,
    ],
    [
      'words after the last',
      [...fullReport(), testEnd('late')],
      'fail',
      /went on with "test-end" after its bye/,
    ],
  ])('%s', (_, messages, outcome, reason) => {
    const { ending } = told(messages);
    expect(ending).toMatchObject({ outcome, reason: expect.stringMatching(reason) });
  });

  it('may still say that its channel failed, after all else', () => {
    const log: AgentMessage = { type: 'log', level: 'warning', text: 'vsock: closed' };
    const { ending, events } = told([...fullReport(), log]);
    expect(ending).toMatchObject({ outcome: 'pass' });
    expect(events).toContainEqual(expect.objectContaining({ type: 'guest-log', text: 'vsock: closed' }));
  });

  it('is blamed on the channel when that has lost something', () => {
    const events: UnstampedEvent[] = [];
    const session = new AgentSession('guest-1', device, shortPlan, (event) => events.push(event));
    session.problem('a frame was damaged');
    for (const message of changed(isEndOf('rand48/0x1000'), () => [])) session.receive(message, 1);
    expect(judgeEnding(null, session, poweredOff)).toMatchObject({ outcome: 'error', error_kind: 'lost' });
  });
});

describe('interrupts that are late', () => {
  const late = changed(isReadingAfter('memcpy/0x100'), (m) => [{ ...m, waited_ms: 140 } as AgentMessage]);

  it('are a warning', () => {
    const { ending, events } = told(late);
    expect(ending.outcome).toBe('pass');
    expect(events).toContainEqual({
      type: 'guest-warning',
      guest: 'guest-1',
      warning: {
        kind: 'late-msi',
        line: 'test memcpy/0x100: interrupts were late, the last came within 140 ms of its result',
      },
    });
  });

  it('are shown with what the driver says, when they never came', () => {
    const session = new AgentSession('guest-1', device, shortPlan, () => {});
    for (const message of fullReport()) {
      const short = isReadingAfter('memcpy/0x100')(message);
      if (short) session.consoleLine('[ 2.1] smmute-pci 0000:00:03.0: missed MSI for transaction 7');
      session.receive(short ? ({ ...message, text: interruptsText(9) } as AgentMessage) : message, 1);
    }
    expect(judgeEnding(null, session, poweredOff).reason).toMatch(
      /1 never came; the driver says: missed MSI for transaction 7/,
    );
  });
});

describe('interrupts that are all there', () => {
  /** The text with the rows of each two vectors swapped. */
  const swapped = (text: string) =>
    text.replace(/ (\d+)(: \d+ ITS-MSI )(\d)/g, (_, irq: string, rest: string, hwirq: string) => {
      const other = Number(hwirq) ^ 1;
      return ` ${Number(irq) - Number(hwirq) + other}${rest}${other}`;
    });

  it('are no pass on vectors whose turn it is not', () => {
    const messages = fullReport().map((message) =>
      message.type === 'interrupts' ? { ...message, text: swapped(message.text) } : message,
    );
    expect(told(messages).ending).toMatchObject({
      outcome: 'fail',
      reason: expect.stringMatching(/^rand48\/0x1000: the vectors were not used in turn: 0, 0, 0, 1/),
    });
  });

  it('are no pass when each came before its result', () => {
    const session = new AgentSession('guest-1', device, shortPlan, () => {});
    for (const message of fullReport()) {
      session.receive(message, 1);
      if (message.type === 'test-begin' && message.name === 'memcpy/0x100')
        for (let id = 1; id <= 9; id++)
          session.consoleLine(`smmute-pci 0000:00:03.0: missed MSI for transaction ${id}`);
    }
    expect(judgeEnding(null, session, poweredOff).reason).toMatch(
      /^memcpy\/0x100: every interrupt came while there was no result.*missed MSI for transaction 1, /,
    );
  });
});

it('skips what the host has excluded, and says why', () => {
  const plan = { ...shortPlan, excluded: [{ name: 'p2p/0x8', why: 'not here' }] };
  const { events, ending } = told(fullReport(plan), plan);
  expect(ending.outcome).toBe('pass');
  expect(tests(events)[1]).toMatchObject({ name: 'p2p/0x8', outcome: 'skip', message: 'not here' });
});

it('takes the rounds that it was sent meanwhile, each with interrupts of its own', () => {
  const { session, events } = told(fullReport().slice(0, -1));
  session.expect(1, [{ ...rand48, name: 'again' }]);
  expect(session.missing).toBe('the start of round 1');
  const reading = { type: 'interrupts', waited_ms: 0 } as const;
  const before = interruptsText(11);
  for (const message of [
    { type: 'round-begin', round: 1 },
    { ...reading, when: 'before', test: null, text: before },
    { type: 'test-begin', name: 'again', limit_ms: 1 },
    testEndOf({ ...rand48, name: 'again' }),
    { ...reading, when: 'after', test: 'again', text: interruptsText(12) },
    { ...reading, when: 'after', test: null, text: interruptsText(12) },
    { type: 'round-end', round: 1 },
    bye,
  ] satisfies AgentMessage[])
    session.receive(message, 1);
  expect(judgeEnding(null, session, poweredOff).outcome).toBe('pass');
  const totals = events.flatMap((event) =>
    event.type === 'guest-interrupts' ? [event.interrupts.device_total] : [],
  );
  expect(totals).toEqual([11, 1]);
});

it('goes on with the next round, which has a plan of its own', () => {
  const { session } = told(fullReport().slice(0, -1));
  const next = session.follow('guest-1/2', { ...shortPlan, tests: [rand48] }, 2);
  expect(next.missing).toBe('the start of round 2');
  expect(next.isFulfilled).toBe(false);
});

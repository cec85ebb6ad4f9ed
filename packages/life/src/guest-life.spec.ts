import type { AgentMessage } from '@coordinator/shared/message';
import { parsePlan } from '@coordinator/shared/plan';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EarlyEnd } from './ending.ts';
import type { GuestRound } from './guest-end.ts';
import type { LifeInput } from './input.ts';
import { makeLimits } from './limits.ts';
import { bye, fullReport, hello, shortPlan } from './testing/sample-agent.ts';
import { device, killed, limits, poweredOff, SampleLife } from './testing/sample-life.ts';

const report = fullReport();
const upTo = (match: (message: AgentMessage) => boolean) => report.slice(0, report.findIndex(match) + 1);
const inTest = upTo(({ type }) => type === 'test-begin');
const inMemcpy = upTo((message) => message.type === 'test-begin' && message.name === 'memcpy/0x100');
const idle: AgentMessage = { type: 'stage', stage: 'idle' };
const endOf = (sample: SampleLife) => sample.ends[0];

describe('states', () => {
  it('follow one another as a guest that is well goes through them', () => {
    const sample = new SampleLife();
    const states = [sample.life.state];
    const note = () => states.push(sample.life.state);
    sample.tell({ type: 'leased', device });
    note();
    sample.tell({ type: 'starting' }, { type: 'started', pid: 7, start: 'cold', command: ['vmm'] });
    note();
    sample.hear(hello);
    note();
    sample.hear(...report.slice(1));
    note();
    sample.tell({ type: 'gone' });
    note();
    sample.tell({ type: 'exited', exit: poweredOff, witness: null, kernelToldAll: false });
    note();
    expect(states).toEqual(['queued', 'starting', 'booting', 'reporting', 'powering-off', 'ending', 'over']);
    expect(endOf(sample)).toMatchObject({ outcome: 'pass', saidBye: true, problems: 0, channel: 'file' });
    expect(sample.life.deadline).toBeNull();
  });

  it('take an agent that is quicker than the news of its VMM', () => {
    const sample = new SampleLife();
    sample
      .tell({ type: 'leased', device }, { type: 'starting' })
      .hear(hello)
      .tell({ type: 'started', pid: 7, start: 'cold', command: ['vmm'] });
    expect(sample.life.state).toBe('reporting');
    sample.hear(...report.slice(1)).exit();
    expect(endOf(sample)?.outcome).toBe('pass');
  });

  it('tell what is to be told, once', () => {
    const sample = new SampleLife()
      .boot()
      .hear(...report)
      .exit();
    const types = sample.events.map(({ type }) => type);
    expect(types.filter((type) => type === 'guest-started')).toHaveLength(1);
    expect(types.filter((type) => type === 'guest-hello')).toHaveLength(1);
    expect(types.filter((type) => type === 'guest-test')).toHaveLength(5);
    expect(
      sample.tell({ type: 'tick' }, { type: 'exited', exit: killed, witness: null, kernelToldAll: false })
        .ends,
    ).toHaveLength(1);
  });
});

describe('time', () => {
  it.each<[string, (sample: SampleLife) => SampleLife, number, RegExp]>([
    ['a boot', (sample) => sample.boot(), limits.boot, /^boot took longer than 1 m 00 s$/],
    [
      'the stage it is in',
      (sample) => beating(sample.boot().hear(...report.slice(0, 2)), limits.stage),
      1000,
      /^stage probe took longer than 20.0 s$/,
    ],
    [
      'a test that goes beyond its own limit',
      (sample) => beating(sample.boot().hear(...inMemcpy), 65_000),
      1000,
      /^test memcpy\/0x100 took longer than/,
    ],
    [
      'an agent that is silent',
      (sample) => sample.boot().hear(...inTest),
      limits.silence,
      /^the agent was silent for 10.0 s in test probe$/,
    ],
    [
      'a guest that does not power off',
      (sample) => sample.boot().hear(...report),
      limits.powerOff,
      /^power-off took longer than 15.0 s$/,
    ],
  ])('is up for %s', (_, prepare, wait, reason) => {
    const sample = prepare(new SampleLife());
    sample.wait(wait);
    expect(sample.count('stop')).toBe(1);
    sample.exit(killed);
    expect(endOf(sample)).toMatchObject({ outcome: 'hang', reason: expect.stringMatching(reason) });
  });

  it('is up for the guest as a whole', () => {
    const sample = new SampleLife({ limits: { ...limits, total: 30_000 } }).boot();
    beating(sample.hear(...report.slice(0, 2)), 18_000).hear(...report.slice(2, 3));
    beating(sample, 12_000).exit(killed);
    expect(endOf(sample)).toMatchObject({ outcome: 'hang', cause: 'overtime' });
  });

  it('is counted only while somebody watched', () => {
    const sample = new SampleLife().boot().hear(...inTest);
    sample.wait(3_600_000, 500);
    expect(sample.count('stop')).toBe(0);
    sample.hear(...report.slice(inTest.length)).exit();
    expect(endOf(sample)).toMatchObject({ outcome: 'pass', duration_ms: 3_600_000 });
  });

  it('is not up for one whose VMM is gone, and whose last words are being read', () => {
    const sample = new SampleLife()
      .boot()
      .hear(...inTest)
      .tell({ type: 'gone' })
      .wait(1_000_000);
    sample.hear(...report.slice(inTest.length)).exit();
    expect(endOf(sample)?.outcome).toBe('pass');
  });

  it('is not stretched by an agent that waits for nothing', () => {
    const sample = new SampleLife().boot().hear(...report.slice(0, 2), idle);
    beating(sample, limits.stage).wait(1000).exit(killed);
    expect(endOf(sample)).toMatchObject({ outcome: 'hang', reason: 'stage idle took longer than 20.0 s' });
  });
});

/** The agent says that it is alive, once a second, for so long. */
function beating(sample: SampleLife, forMs: number): SampleLife {
  for (let ms = 0; ms < forMs; ms += 1000) sample.hear({ type: 'heartbeat', uptime_ms: ms }).wait(1000);
  return sample;
}

describe('endings', () => {
  const early: ReadonlyArray<[EarlyEnd, string, string | null]> = [
    [{ cause: 'interrupted' }, 'error', 'interrupted'],
    [{ cause: 'device-lost', detail: 'x' }, 'error', 'lost'],
    [{ cause: 'channel-lost', detail: 'x' }, 'error', 'lost'],
    [{ cause: 'share-full', detail: 'x' }, 'error', 'lost'],
    [{ cause: 'login-failed', detail: 'x' }, 'error', 'setup'],
    [{ cause: 'host-failed', detail: 'x' }, 'error', 'setup'],
  ];

  it.each(early)('%s stops the VMM, and counts whatever comes after it', (end, outcome, error_kind) => {
    const sample = new SampleLife()
      .boot()
      .hear(...inTest)
      .tell({ type: 'end', early: end });
    expect([sample.life.state, sample.count('stop'), sample.life.deadline]).toEqual(['ending', 1, null]);
    sample.tell({ type: 'end', early: { cause: 'device-lost', detail: 'later' } });
    sample.hear(...report.slice(inTest.length)).exit();
    expect(sample.ends).toMatchObject([{ outcome, error_kind, cause: end.cause }]);
  });

  it('before there is a VMM, stop it once there is one', () => {
    const sample = new SampleLife().tell({ type: 'end', early: { cause: 'interrupted' } });
    sample.tell({ type: 'leased', device }, { type: 'starting' });
    const before = sample.count('stop');
    sample.tell({ type: 'started', pid: 7, start: 'cold', command: ['vmm'] });
    expect(sample.count('stop')).toBe(before + 1);
    expect(endOf(sample.exit(killed))).toMatchObject({ error_kind: 'interrupted' });
  });

  it('give a guest that panics time to say why', () => {
    const sample = new SampleLife().boot().hear(...inTest);
    sample.tell({ type: 'console-line', line: '[    1.5] Kernel panic - not syncing: Oops' });
    expect(sample.count('stop')).toBe(0);
    sample.wait(limits.powerOff);
    expect(sample.count('stop')).toBe(1);
    expect(endOf(sample.exit(killed))).toMatchObject({
      outcome: 'panic',
      reason: expect.stringMatching(/^Kernel panic/),
    });
  });

  it('of a set-up that failed name what failed', () => {
    const sample = new SampleLife().tell({ type: 'failed', detail: 'no device' });
    expect(sample.ends).toMatchObject([{ outcome: 'error', error_kind: 'setup', reason: 'no device' }]);
  });

  it('hold the device against the agent', () => {
    const witness = { launches: 11, bytes: 10 * 256 + 4096, interrupts: 11 };
    const sample = new SampleLife()
      .boot()
      .hear(...report)
      .tell({ type: 'gone' });
    sample.tell({ type: 'exited', exit: poweredOff, witness, kernelToldAll: false });
    expect(endOf(sample)).toMatchObject({
      outcome: 'fail',
      reason: expect.stringMatching(/was given 11 commands/),
    });
  });

  it('tell of a VMM that was killed, and of a guest that left', () => {
    expect(
      endOf(
        new SampleLife()
          .boot()
          .hear(...inMemcpy)
          .exit(killed),
      ),
    ).toMatchObject({
      error_kind: 'lost',
      reason: 'the VMM was ended by SIGKILL in test memcpy/0x100',
      signal: 'SIGKILL',
    });
    expect(endOf(new SampleLife().boot().exit())?.reason).toMatch(/before its agent said hello/);
  });
});

it('waits for ever where no limit runs', () => {
  const debugged = makeLimits({
    guestCpus: 1,
    hostCpus: 1,
    totalMs: 1000,
    silenceMs: 1,
    emulatedHost: false,
    debugged: true,
  });
  const sample = new SampleLife({ limits: debugged })
    .boot()
    .wait(1e9)
    .hear(...inMemcpy)
    .wait(1e9);
  expect(sample.life.deadline).toBeNull();
  sample.hear(...report.slice(inMemcpy.length)).wait(1e9);
  expect(endOf(sample.exit())).toMatchObject({ outcome: 'pass' });
  expect(JSON.stringify(sample.events)).not.toMatch(/Infinity/);
  expect(
    sample.events.filter(
      (event) => event.type === 'guest-phase' && event.limit_ms === Number.POSITIVE_INFINITY,
    ),
  ).toEqual([]);
});

describe("what the machine's kernel says of the device", () => {
  const event = { type: 'host-kernel', kind: 'iommu-fault', text: 'page fault from EP 1792' } as const;

  it('fails a guest when no test explains it', () => {
    const sample = new SampleLife()
      .boot()
      .hear(...inMemcpy)
      .tell(event)
      .hear(...report.slice(inMemcpy.length));
    expect(endOf(sample.exit())).toMatchObject({
      outcome: 'fail',
      reason: expect.stringMatching(/no test explains .*: page fault from EP 1792$/),
    });
    expect(sample.events).toContainEqual(
      expect.objectContaining({ warning: { kind: 'host-iommu-fault', line: 'page fault from EP 1792' } }),
    );
  });

  it.each([
    [
      'tells of all, and said nothing',
      '{ mode: memcpy, fault: foreign-write, transactions: 2 }',
      true,
      false,
      'fail',
    ],
    ['tells of all, and said it', '{ mode: memcpy, fault: foreign-write }', true, true, 'pass'],
    ['may not have told', '{ mode: memcpy, fault: foreign-write }', false, false, 'pass'],
    ['has nothing to tell', '{ mode: memcpy }', true, false, 'pass'],
    ['has nothing to tell of a substream', '{ mode: memcpy, fault: substream }', true, false, 'pass'],
    ['has nothing to tell of what the engine refuses', '{ mode: sum64, fault: drv }', true, false, 'pass'],
  ])('is missed where it %s', (_, step, toldAll, said, outcome) => {
    const plan = parsePlan(`tests: [${step}]`, 'faults');
    const sample = new SampleLife({ plan }).boot().hear(...fullReport(plan));
    if (said) sample.tell(event);
    const end = endOf(sample.exit(poweredOff, toldAll));
    expect(end).toMatchObject({ outcome });
    if (outcome === 'fail')
      expect(end?.reason).toMatch(/kernel says of no access that its IOMMU stopped, where tests .* try 2$/);
  });

  it('is told, and no more, when it is what a test is for', () => {
    const plan = parsePlan('tests: [{ mode: memcpy }, { mode: memcpy, fault: foreign-write }]', 'faults');
    const messages = fullReport(plan);
    const sample = new SampleLife({ plan }).boot();
    for (const message of messages) {
      sample.hear(message);
      // It may be read before the agent's own word is.
      if (message.type === 'test-begin' && message.name.includes('foreign')) sample.tell(event);
      if (message.type === 'hello') sample.tell(event);
    }
    expect(endOf(sample.exit())).toMatchObject({ outcome: 'pass' });
    expect(sample.events.filter(({ type }) => type === 'guest-warning')).toHaveLength(2);
  });

  it('is told, and no more, when it is not about isolation', () => {
    const sample = new SampleLife()
      .boot()
      .tell({ ...event, kind: 'vfio' })
      .hear(...report)
      .exit();
    expect(endOf(sample)).toMatchObject({ outcome: 'pass' });
  });
});

describe('a guest that stays for rounds', () => {
  const round = (number: number): GuestRound => ({
    id: `guest-1/${number}`,
    number,
    plan: parsePlan('tests: [{ mode: memcpy, size: 0x100 }]', 'round'),
  });
  const first = [...report.slice(0, -1), idle];

  it('has each told under a name of its own', () => {
    const sample = new SampleLife({ stays: 'for-rounds' }).boot().hear(...first);
    expect([sample.life.state, sample.count('ask-round')]).toEqual(['idle', 1]);
    sample.tell({ type: 'round', next: round(2) });
    const over = sample.effects.find((effect) => effect.type === 'round-over');
    expect(over).toMatchObject({ end: { id: 'guest-1', outcome: 'pass' } });
    expect(sample.effects.at(-1)).toMatchObject({ type: 'send', command: { type: 'run', round: 2 } });
    sample.wait(limits.stage).exit(killed);
    expect(sample.ends).toMatchObject([
      { id: 'guest-1/2', outcome: 'hang', reason: expect.stringMatching(/^the start of round 2 took/) },
    ]);
  });

  it('ends when there is none', () => {
    const sample = new SampleLife({ stays: 'for-rounds' }).boot().hear(...first);
    sample.tell({ type: 'round', next: null });
    expect(sample.effects.at(-1)).toMatchObject({ command: { type: 'finish' } });
    expect(endOf(sample.hear(bye).exit())?.outcome).toBe('pass');
  });

  it('is used no more once something went wrong', () => {
    const broken = first.map(
      (message): AgentMessage =>
        message.type === 'test-end' && message.name === 'rand48/0x1000'
          ? { ...message, outcome: 'fail', message: 'broken' }
          : message,
    );
    const sample = new SampleLife({ stays: 'for-rounds' }).boot().hear(...broken);
    expect([sample.count('ask-round'), sample.count('send')]).toEqual([0, 1]);
    expect(endOf(sample.hear(bye).exit())).toMatchObject({ outcome: 'fail' });
  });
});

describe('whatever comes, in any order', () => {
  const message = fc.oneof(
    fc.constantFrom(...report, idle, bye),
    fc.constant({ type: 'round-begin', round: 2 } as const),
    fc.constant({ type: 'trouble', stage: 'probe', reason: 'no' } as unknown as AgentMessage),
  );
  const input: fc.Arbitrary<LifeInput> = fc.oneof(
    { weight: 8, arbitrary: message.map((one) => ({ type: 'message', message: one }) as const) },
    fc.constantFrom<LifeInput>(
      { type: 'leased', device },
      { type: 'starting' },
      { type: 'started', pid: 7, start: 'cold', command: ['vmm'] },
      { type: 'login', waitingFor: 'the login prompt' },
      { type: 'console-line', line: 'Kernel panic - not syncing: x' },
      { type: 'console-line', line: 'hello' },
      { type: 'channel-use', channel: 'vsock' },
      { type: 'channel-problem', text: 'x' },
      { type: 'notice', text: 'x' },
      { type: 'commanded', command: { type: 'run', round: 2, tests: shortPlan.tests } },
      { type: 'round', next: null },
      { type: 'round', next: { id: 'guest-1/2', number: 2, plan: shortPlan } },
      { type: 'tick' },
      { type: 'end', early: { cause: 'interrupted' } },
      { type: 'gone' },
    ),
  );
  const stays = fc.constantFrom('not', 'for-commands', 'for-rounds' as const);

  it('it never throws, ends once, and never passes', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), stays, fc.nat(70_000), (inputs, stay, step) => {
        const sample = new SampleLife({ stays: stay });
        for (const one of inputs) sample.tell(one).wait(step);
        sample.exit();
        expect(sample.ends).toHaveLength(1);
        expect(sample.exit().tell({ type: 'failed', detail: 'x' }).ends).toHaveLength(1);
        expect(sample.life.deadline).toBeNull();
        // Forty inputs of chance do not add up to a whole report, in order.
        expect(endOf(sample)?.outcome).not.toBe('pass');
      }),
      { numRuns: 2000 },
    );
  });

  it('a report that lacks a line, has one twice, or two swapped is no pass', () => {
    const vital = report.flatMap(({ type }, index) => (type === 'stage' ? [] : [index]));
    const place = fc.constantFrom(...vital);
    fc.assert(
      fc.property(place, place, fc.constantFrom('drop', 'double', 'swap'), (at, other, how) => {
        const changed = [...report];
        const [a, b] = [report[at] as AgentMessage, report[other] as AgentMessage];
        if (how === 'drop') changed.splice(at, 1);
        else if (how === 'double') changed.splice(other + 1, 0, a);
        else [changed[at], changed[other]] = [b, a];
        fc.pre(how !== 'swap' || a !== b);
        const end = endOf(
          new SampleLife()
            .boot()
            .hear(...changed)
            .exit(),
        );
        expect(end?.outcome).not.toBe('pass');
      }),
      { numRuns: 500 },
    );
  });

  it('a report that is whole passes, whatever goes on beside it', () => {
    const harmless: fc.Arbitrary<LifeInput> = fc.constantFrom<LifeInput>(
      { type: 'tick' },
      { type: 'notice', text: 'x' },
      { type: 'console-line', line: 'hello' },
      { type: 'message', message: { type: 'heartbeat', uptime_ms: 1 } },
      { type: 'message', message: { type: 'log', level: 'info', text: 'x' } },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(report.length - 1), harmless), { maxLength: 20 }), (beside) => {
        const sample = new SampleLife().boot();
        for (const [index, one] of report.entries()) {
          sample.tell(...beside.filter(([at]) => at === index).map(([, other]) => other));
          sample.hear(one);
        }
        expect(endOf(sample.exit())?.outcome).toBe('pass');
      }),
    );
  });
});

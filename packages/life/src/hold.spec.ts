import type { AgentMessage } from '@coordinator/shared/message';
import { describe, expect, it } from 'vitest';
import type { EarlyEnd } from './ending.ts';
import type { HoldWhen } from './guest-rounds.ts';
import { bye, fullReport, testEnd } from './testing/sample-agent.ts';
import { killed, limits, poweredOff, SampleLife } from './testing/sample-life.ts';

const report = fullReport().slice(0, -1);
const idle: AgentMessage = { type: 'stage', stage: 'idle' };
const stock = { type: 'stock', witness: null, kernelToldAll: false } as const;
const panic = { type: 'console-line', line: 'Kernel panic - not syncing: sysrq triggered crash' } as const;
const interrupted: EarlyEnd = { cause: 'interrupted' };

const failing = report.map((message) =>
  message.type === 'test-end' && message.name === 'rand48/0x1000'
    ? testEnd(message.name, { outcome: 'fail', message: 'wrong data' })
    : message,
);

/** As far as its agent waits. */
const waiting = (hold: HoldWhen, said: readonly AgentMessage[] = report) =>
  new SampleLife({ hold }).boot().hear(...said, idle);
const held = (hold: HoldWhen, said?: readonly AgentMessage[]) => waiting(hold, said).tell(stock);

const heldEvents = ({ events }: SampleLife) => events.filter(({ type }) => type === 'guest-held');
const endOf = (sample: SampleLife) => sample.ends[0];

describe('a guest that is to be held', () => {
  it('is judged first, and says bye when it is released', () => {
    const sample = waiting('always');
    expect([sample.life.state, sample.count('take-stock'), sample.count('held')]).toEqual(['idle', 1, 0]);
    sample.tell(stock);
    expect([sample.life.state, sample.count('held'), sample.count('send')]).toEqual(['held', 1, 0]);
    expect(heldEvents(sample)).toMatchObject([{ outcome: 'pass', reason: null }]);
    sample.tell({ type: 'release' }).hear(bye);
    expect(sample.life.state).toBe('powering-off');
    expect(endOf(sample.exit())).toMatchObject({ outcome: 'pass', saidBye: true });
  });

  it('waits for as long as people like', () => {
    const sample = held('always');
    expect(sample.life.deadline).toBeNull();
    sample.hear({ type: 'heartbeat', uptime_ms: 1 }).wait(100 * limits.total);
    expect([sample.life.state, sample.life.deadline]).toEqual(['held', null]);
    sample.tell({ type: 'release' }).wait(limits.stage + 1);
    expect(sample.count('stop')).toBe(1);
  });

  it('is not, by "failed", if it passes', () => {
    const sample = held('failed').hear(bye).exit();
    expect([heldEvents(sample), sample.count('send')]).toEqual([[], 1]);
    expect(endOf(sample)?.outcome).toBe('pass');
  });

  it.each<[string, readonly AgentMessage[], string]>([
    ['a test failed', failing, 'fail'],
    ['something was not reported', report.slice(0, -1), 'error'],
    [
      'its agent gave up',
      [...report.slice(0, 4), { type: 'trouble', stage: 'probe', reason: 'no /proc' }],
      'error',
    ],
  ])('is, by "failed", if %s', (_, said, outcome) => {
    const sample = held('failed', said);
    expect(heldEvents(sample)).toMatchObject([{ outcome }]);
    expect(endOf(sample.tell({ type: 'release' }).hear(bye).exit())).toMatchObject({ outcome });
  });

  it('is held as failed for what only its device knows', () => {
    const sample = waiting('failed').tell({ ...stock, witness: { launches: 1, bytes: 1, interrupts: 1 } });
    expect(heldEvents(sample)).toMatchObject([{ outcome: 'fail' }]);
  });

  it('asked to wait once more ends all the same', () => {
    const sample = held('failed').hear(idle, idle);
    expect([sample.life.state, sample.count('send')]).toEqual(['reporting', 3]);
    sample.wait(limits.stage + 1);
    expect(sample.count('stop')).toBe(1);
  });
});

describe('what people do in a held guest', () => {
  it.each<[string, (sample: SampleLife) => SampleLife]>([
    [
      'their use of its device',
      (sample) =>
        sample
          .tell({ type: 'release' })
          .hear(bye)
          .tell(
            { type: 'gone' },
            {
              ...stock,
              type: 'exited',
              exit: poweredOff,
              witness: { launches: 99, bytes: 99, interrupts: 99 },
            },
          ),
    ],
    ['an access that an IOMMU stops', (s) => s.tell({ type: 'host-kernel', kind: 'iommu-fault', text: 'x' })],
    ['switching it off', (sample) => sample],
    ['a reset', (sample) => sample.exit({ ...poweredOff, guestRequest: 'reset' })],
    [
      'ending its agent',
      (sample) => sample.hear({ type: 'trouble', stage: 'idle', reason: 'terminated' }, bye),
    ],
    [
      'an agent that does not hear',
      (s) =>
        s
          .tell({ type: 'release' })
          .wait(limits.stage + 1)
          .exit(killed),
    ],
    [
      'a channel that breaks',
      (sample) => sample.tell({ type: 'channel-problem', text: 'a frame is damaged' }),
    ],
    [
      'taking its channel away',
      (s) => s.tell({ type: 'end', early: { cause: 'channel-lost', detail: 'it was removed' } }),
    ],
    [
      'filling its share',
      (s) => s.tell({ type: 'end', early: { cause: 'share-full', detail: 'too much' } }).exit(killed),
    ],
  ])('changes nothing: %s', (_, act) => {
    const sample = act(held('always'));
    if (sample.ends.length === 0) sample.exit();
    expect(endOf(sample)).toMatchObject({ outcome: 'pass', reason: null });
  });

  it.each<[string, (sample: SampleLife) => SampleLife, string]>([
    ['a panic', (sample) => sample.tell(panic).tell({ type: 'release' }).exit(killed), 'panic'],
    ['a VMM that breaks', (sample) => sample.exit({ ...killed, signal: 'SIGSEGV' }), 'error'],
    [
      'a device that is lost',
      (s) => s.tell({ type: 'end', early: { cause: 'device-lost', detail: 'gone' } }).exit(killed),
      'error',
    ],
    [
      'a power-off that hangs',
      (s) =>
        s
          .tell({ type: 'release' })
          .hear(bye)
          .wait(limits.powerOff + 1)
          .tell({ type: 'release' })
          .exit(killed),
      'hang',
    ],
  ])('does not hide %s', (_, act, outcome) => {
    expect(endOf(act(held('always')))).toMatchObject({ outcome });
  });
});

describe.each<HoldWhen>(['always', 'failed'])('a guest that goes wrong, with --hold %s', (hold) => {
  it('is held in its panic, once', () => {
    const sample = new SampleLife({ hold }).boot().hear(...report.slice(0, 5));
    sample.tell(panic, panic).wait(10 * limits.total);
    expect([sample.life.state, sample.count('stop')]).toEqual(['held', 0]);
    expect(heldEvents(sample)).toMatchObject([{ outcome: 'panic' }]);
    sample.tell({ type: 'release' });
    expect(sample.count('stop')).toBe(1);
    expect(endOf(sample.exit(killed))).toMatchObject({ outcome: 'panic' });
  });

  it('is held as it hangs, also if it wakes up meanwhile', () => {
    const sample = new SampleLife({ hold }).boot().hear(...report.slice(0, 5));
    sample.wait(limits.silence + 1);
    expect([sample.life.state, heldEvents(sample)]).toMatchObject(['held', [{ outcome: 'hang' }]]);
    sample.hear(...report.slice(5), idle).tell(stock);
    expect([sample.life.state, sample.count('send')]).toEqual(['held', 0]);
    expect(endOf(sample.tell({ type: 'release' }).exit(killed))).toMatchObject({ outcome: 'hang' });
  });

  it('ends as ever when its VMM does', () => {
    const sample = new SampleLife({ hold }).boot().tell(panic);
    expect(endOf(sample.exit())).toMatchObject({ outcome: 'panic' });
    expect(endOf(new SampleLife({ hold }).boot().exit(killed))).toMatchObject({ outcome: 'error' });
  });
});

it.each<[string, (sample: SampleLife) => SampleLife]>([
  ['is well', (sample) => sample.hear(...report, idle).tell(stock)],
  ['has panicked', (sample) => sample.tell(panic)],
])('a held guest that %s ends with its run, and releases nothing after that', (_, act) => {
  const sample = act(new SampleLife({ hold: 'always' }).boot());
  expect(sample.life.state).toBe('held');
  sample.tell({ type: 'end', early: interrupted });
  expect(sample.count('stop')).toBe(1);
  sample.tell({ type: 'release' });
  expect([sample.count('stop'), sample.count('send')]).toEqual([1, 0]);
  expect(endOf(sample.exit(killed))).toMatchObject({ error_kind: 'interrupted' });
});

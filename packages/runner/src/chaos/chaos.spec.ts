import type { GuestEnd } from '@coordinator/life';
import { describe, expect, it } from 'vitest';
import { chooseFault } from './choose.ts';
import { parseChaos, parseRate } from './rates.ts';
import { describeMismatch, judgeFault } from './verdict.ts';

describe('parseChaos', () => {
  it('reads faults with and without rates', () => {
    expect([...parseChaos('kill-guest, pause-guest=2.5%', 0.1)]).toEqual([
      ['kill-guest', 0.1],
      ['pause-guest', 0.025],
    ]);
    expect(parseChaos('all', 0.1).size).toBe(6);
  });

  it('says what is wrong', () => {
    expect(() => parseChaos('kill-everything', 0.1)).toThrow(/no fault; there are kill-guest/);
    expect(() => parseChaos('all', 0.2)).toThrow(/come to 120%/);
    expect(() => parseRate('0')).toThrow(/no rate/);
    expect(() => parseRate('200%')).toThrow(/no rate/);
  });
});

describe('chooseFault', () => {
  it('hits each kind about as often as its rate says, and the same rounds for the same seed', () => {
    const rates = parseChaos('all', 0.1);
    const counts = new Map<string | null, number>();
    for (let seed = 0; seed < 5000; seed++) {
      const kind = chooseFault(rates, seed);
      expect(chooseFault(rates, seed)).toBe(kind);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    for (const kind of rates.keys()) expect((counts.get(kind) ?? 0) / 5000).toBeCloseTo(0.1, 1);
    expect((counts.get(null) ?? 0) / 5000).toBeCloseTo(0.4, 1);
  });
});

const passed: GuestEnd = {
  crash: null,
  id: 'guest-1/1',
  outcome: 'pass',
  error_kind: null,
  reason: null,
  cause: null,
  signal: null,
  channel: 'file',
  problems: 0,
  saidBye: true,
  boot_ms: 1,
  agent_ms: 1,
  duration_ms: 1,
};
const lost = { ...passed, outcome: 'error', error_kind: 'lost', saidBye: false } as const;
const hung = { ...passed, outcome: 'hang', cause: 'silence', saidBye: false } as const;

describe('judgeFault', () => {
  it.each([
    ['kill-guest', { ...lost, signal: 'SIGKILL' }, 'detected'],
    ['kill-guest', { ...lost, signal: 'SIGKILL', cause: 'device-lost' }, 'missed'],
    ['kill-guest', passed, 'late'],
    ['kill-engine', { ...lost, cause: 'device-lost' }, 'detected'],
    ['kill-engine', hung, 'missed'],
    ['pause-guest', hung, 'detected'],
    ['pause-guest', lost, 'missed'],
    ['drop-channel', { ...lost, cause: 'channel-lost' }, 'detected'],
    ['drop-channel', { ...passed, channel: 'vsock→file' }, 'detected'],
    ['drop-channel', lost, 'missed'],
    ['corrupt-frame', { ...lost, problems: 2 }, 'detected'],
    ['corrupt-frame', { ...passed, problems: 2 }, 'missed'],
    ['slow-disk', hung, 'detected'],
    ['slow-disk', passed, 'missed'],
  ] as const)('%s, %o: %s', (kind, end, verdict) => {
    expect(judgeFault(kind, end, false)).toBe(verdict);
  });

  it('takes a pass that was flagged as slow', () => {
    expect(judgeFault('slow-disk', passed, true)).toBe('detected');
  });

  it('describes what went wrong', () => {
    expect(describeMismatch('kill-engine', { ...lost, reason: 'gone' })).toBe(
      'guest-1/1: kill-engine was injected, but the round was judged error/lost: gone',
    );
  });
});

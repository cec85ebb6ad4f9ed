import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Alarm } from './alarm.ts';
import { WatchedClock } from './watched-clock.ts';

/** A clock that stands until a test moves it. */
class StandingClock extends WatchedClock {
  static passed = 0;
  constructor() {
    super(() => StandingClock.passed);
  }
}

let clock: WatchedClock;
beforeEach(() => {
  StandingClock.passed = 0;
  clock = new StandingClock();
});
afterEach(() => clock.close());

function move(ms: number, step = 100): void {
  for (let moved = 0; moved < ms; moved += step) {
    StandingClock.passed += step;
    clock.now();
  }
}

describe('a watched clock', () => {
  it('counts time that was looked at, and little of what was not', () => {
    move(5000);
    expect(clock.now()).toEqual({ passed: 5000, watched: 5000 });
    move(30_000, 30_000);
    expect(clock.now()).toEqual({ passed: 35_000, watched: 6000 });
  });
});

describe('an alarm', () => {
  const rung = async (alarm: (ring: () => void) => void): Promise<void> => {
    await new Promise<void>((resolve) => alarm(resolve));
  };

  it('rings when the time has come in watched time', async () => {
    await rung((ring) => {
      const alarm = new Alarm(clock, ring);
      move(100);
      alarm.set(100);
    });
  });

  it('takes what has arrived first, and does not ring if that puts it off', async () => {
    const order: string[] = [];
    const alarm: Alarm = new Alarm(
      clock,
      () => order.push('ring'),
      async () => {
        order.push('catch up');
        alarm.set(order.length < 3 ? 1e9 : null);
      },
    );
    alarm.set(0);
    await expect.poll(() => order).toEqual(['catch up']);
    // Every turn in which it could still ring.
    await sleep(0);
    await sleep(0);
    expect(order).toEqual(['catch up']);
    alarm.set(null);
  });

  it('waits on when the clock stood still meanwhile', async () => {
    let looks = 0;
    const alarm = new Alarm(
      clock,
      () => {
        throw new Error('it rang');
      },
      async () => {
        looks += 1;
      },
    );
    alarm.set(1);
    await expect.poll(() => looks).toBeGreaterThan(2);
    alarm.set(null);
  });

  it('does not wait for ever for somebody who never stops telling', async () => {
    await rung((ring) => new Alarm(clock, ring, () => new Promise(() => {})).set(0));
  });

  it('is quiet once it is set to never', async () => {
    const alarm = new Alarm(clock, () => {
      throw new Error('it rang');
    });
    alarm.set(0);
    alarm.set(null);
    await sleep(0);
    await sleep(0);
  });
});

import type { RunEvent } from '@coordinator/shared/event';
import { ReportBuilder } from '@coordinator/shared/event';
import { makeTest, sampleEvents } from '@coordinator/shared/testing';
import { Unpackr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { sentEvents, stressEvents } from '../testing/stress-events.ts';
import { EventHistory } from './event-history.ts';

const unpackr = new Unpackr({ useRecords: false });
const told = (history: EventHistory, after = 0): RunEvent[] =>
  history.read(after, Number.POSITIVE_INFINITY).events.map((bytes) => unpackr.unpack(bytes) as RunEvent);
const reportOf = (events: readonly RunEvent[]) => {
  const builder = new ReportBuilder();
  for (const event of events) builder.apply(event);
  return builder.report();
};

describe('the history of a run', () => {
  it('makes the same report as its events', () => {
    const history = new EventHistory();
    for (const event of sampleEvents) history.append(event);
    expect(told(history)).toEqual(sentEvents);
    const middle = history.read(5, 1000);
    expect(middle.events.length).toBeLessThan(sampleEvents.length);
    expect(told(history, middle.to)).toEqual(sentEvents.slice(middle.to));
  });

  it('stays small however long a stress run goes on, and makes the same report', () => {
    const history = new EventHistory();
    const all: RunEvent[] = [];
    let halfway = 0;
    for (const event of stressEvents({ rounds: 3000, failing: (round) => round % 100 === 7 })) {
      history.append(event);
      all.push(event);
      if (all.length === 9000) halfway = history.bytes;
    }
    const kept = told(history);
    expect(kept.length).toBeLessThan(700);
    expect(history.bytes).toBeLessThan(2 * halfway);
    expect(reportOf(kept)).toEqual(reportOf(all));
    expect(kept.filter(({ type }) => type === 'stress-progress').length).toBeGreaterThan(50);
    expect(history.omitted).toBe(0);
  });

  it('says which rounds are forgotten, so that nobody is left in the middle of one', () => {
    const history = new EventHistory();
    const forgotten: [number, number][] = [];
    history.onForgotten = (first, last) => void forgotten.push([first, last]);
    for (const event of stressEvents({ rounds: 3, failing: () => false })) history.append(event);
    // Of each guest the last round that passed stays.
    expect(forgotten).toHaveLength(1);
    expect(told(history).some((event) => 'guest' in event && event.guest === 'guest-1/1')).toBe(false);
  });

  it('of a phase keeps its first and its last mention', () => {
    const history = new EventHistory();
    for (const [at_ms, phase, detail] of [
      [1, 'boot', null],
      [2, 'tests', 'a'],
      [3, 'tests', 'b'],
      [4, 'tests', 'c'],
      [5, 'bye', null],
    ] as const)
      history.append({ type: 'guest-phase', at_ms, guest: 'guest-1', phase, detail, limit_ms: null });
    expect(told(history).map(({ at_ms }) => at_ms)).toEqual([1, 2, 4, 5]);
  });

  it('has a bound, at which it leaves out what passed', () => {
    const history = new EventHistory(20_000);
    const tests = Array.from({ length: 1000 }, (_, n) =>
      makeTest(`t${n}`, { outcome: n % 10 ? 'pass' : 'fail' }),
    );
    for (const test of tests) history.append({ type: 'guest-test', at_ms: 1, guest: 'guest-1', test });
    const kept = told(history);
    expect(kept.filter((event) => event.type === 'guest-test' && event.test.outcome === 'fail')).toHaveLength(
      100,
    );
    expect(history.bytes).toBeLessThan(21_000);
    expect(history.omitted).toBe(1000 - kept.length);
  });
});

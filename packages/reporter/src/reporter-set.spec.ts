import { ReportBuilder } from '@coordinator/shared/event';
import { sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import type { Reporter } from './reporter.ts';
import { ReporterSet } from './reporter-set.ts';
import { RecordingOutput } from './testing/recording-output.ts';
import { sampleStressEvents } from './testing/sample-stress.ts';

function makeSet(reporters: Record<'json' | 'tap' | 'terminal', Reporter>) {
  const warnings: string[] = [];
  const outputs = {
    json: new RecordingOutput(),
    tap: new RecordingOutput(),
    terminal: new RecordingOutput(),
  };
  const names = ['json', 'tap', 'terminal'] as const;
  const entries = names.map((name) => ({ name, reporter: reporters[name], output: outputs[name] }));
  return { set: new ReporterSet(entries, (sentence) => warnings.push(sentence)), outputs, warnings };
}

function play(set: ReporterSet): void {
  for (const event of sampleEvents) set.onEvent(event);
}

describe('ReporterSet', () => {
  it('goes on without one that throws, and says so once', async () => {
    let heard = 0;
    const { set, outputs, warnings } = makeSet({
      json: {
        onEvent() {
          throw new Error('out of ideas');
        },
      },
      tap: { onEvent: () => void heard++ },
      terminal: { onEnd: () => Promise.reject(new Error('no')) },
    });
    play(set);
    expect(await set.end(sampleReport())).toEqual([
      { reporter: 'json', message: 'out of ideas', outputLost: true },
      { reporter: 'terminal', message: 'no', outputLost: false },
    ]);
    expect(heard).toBe(sampleEvents.length);
    expect(warnings).toEqual(['the json reporter failed: out of ideas', 'the terminal reporter failed: no']);
    expect([outputs.json.closed, outputs.json.abandoned, outputs.tap.closed]).toEqual([false, true, true]);
  });

  it('says which rounds of a stress run the report will not have, once to each that keeps some', () => {
    const told: string[][] = [[], []];
    const [json, tap] = told.map((ids): Reporter => ({ onForgotten: (guest) => void ids.push(guest) }));
    const { set } = makeSet({ json: json ?? {}, tap: tap ?? {}, terminal: {} });
    const builder = new ReportBuilder();
    const [start] = sampleStressEvents;
    if (start?.type !== 'run-started') throw new Error('the sample has no start');
    const rounds = Array.from({ length: 50 }, (_, n) => `guest-1/${n + 1}`);
    const ended = { error_kind: null, reason: null, duration_ms: 1, outcome: 'pass' } as const;
    for (const event of [
      start,
      ...rounds.map((guest, at_ms) => ({ type: 'guest-ended', at_ms, guest, ...ended }) as const),
    ]) {
      builder.apply(event);
      set.onEvent(event);
    }
    const kept = new Set(builder.report().guests.map(({ id }) => id));
    const forgotten = rounds.filter((id) => !kept.has(id));
    expect(forgotten.length).toBeGreaterThan(10);
    for (const ids of told) expect(ids.toSorted()).toEqual(forgotten.toSorted());
  });

  it('reports an output that could not be written', async () => {
    const { set, outputs } = makeSet({ json: {}, tap: {}, terminal: {} });
    outputs.tap.close = () => Promise.reject(new Error('no space left'));
    outputs.terminal.close = () => Promise.reject(new Error('no space here'));
    expect(await set.end(sampleReport())).toEqual([
      { reporter: 'tap', message: 'no space left', outputLost: true },
      { reporter: 'terminal', message: 'no space here', outputLost: true },
    ]);
    expect(outputs.json.closed).toBe(true);
  });

  it('abandons all, also when one throws at that', () => {
    const abandoned: string[] = [];
    const { set, outputs } = makeSet({
      json: {
        onAbandon() {
          throw new Error('never');
        },
      },
      tap: { onAbandon: () => void abandoned.push('tap') },
      terminal: {},
    });
    set.abandon();
    set.abandon();
    expect(abandoned).toEqual(['tap']);
    expect(Object.values(outputs).map((output) => output.abandoned)).toEqual([true, true, true]);
  });
});

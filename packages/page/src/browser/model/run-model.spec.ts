import { sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { expect, it } from 'vitest';
import { stressEvents } from '../../testing/stress-events.ts';
import { Bins } from './bins.ts';
import { RunModel } from './run-model.ts';

it('has of a run what its report has', () => {
  const model = new RunModel('x', 0);
  for (const event of sampleEvents) model.apply(event);
  expect(model.builder.report()).toEqual(sampleReport());
  expect(model.guests.all.map(({ slot, phase }) => [slot, phase])).toEqual(
    [1, 2, 3, 4, 5].map((number) => [`guest-${number}`, 'ended']),
  );
  expect(model.now).toBe(30_200);
  expect(model.log.map(({ text }) => text)).toEqual(['five guests share two CPUs']);
  expect([...(model.activity.matrix.get(0) ?? [])]).toEqual([
    [0, 2],
    [1, 0],
  ]);
});

it('has of a stress run the rounds that are in its guests, and stays small', () => {
  const model = new RunModel('x', 0);
  for (const event of stressEvents({ rounds: 2000, failing: (round) => round % 500 === 1 }))
    model.apply(event);
  expect(model.guests.all.map(({ id }) => id)).toEqual(['guest-1/1999', 'guest-2/2000']);
  expect(model.guests.all[0]?.rounds).toHaveLength(40);
  expect(model.keptFailures.map(({ id }) => id)).toEqual([
    'guest-1/1',
    'guest-1/501',
    'guest-1/1001',
    'guest-1/1501',
  ]);
  expect(model.builder.report().guests.length).toBeLessThan(10);
});

it('counts over any time in a bounded number of bins', () => {
  const bins = new Bins();
  for (let at = 0; at < 3_600_000; at += 1000) bins.add(at, 3);
  const times = bins.times();
  expect(times.length).toBeLessThanOrEqual(240);
  expect(
    bins
      .rates(times)
      .slice(0, -1)
      .every((rate) => Math.abs(rate - 3) < 0.3),
  ).toBe(true);
});

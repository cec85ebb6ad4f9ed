import type { GuestResult, Report } from '@coordinator/shared/report';
import type { TimeChange } from './comparison.ts';
import { type Sample, sampleOf, sampleOfDistribution } from './sample.ts';
import { compareSamples } from './statistics.ts';

export interface Measured {
  readonly unit: TimeChange['unit'];
  readonly sample: Sample;
}

type Times = ReadonlyMap<string, Measured>;

/** All times that both runs have, in the order of the second. */
export function compareTimes(before: Times, after: Times): TimeChange[] {
  return [...after].flatMap(([name, { unit, sample }]) => {
    const earlier = before.get(name);
    return earlier ? [{ name, unit, ...compareSamples(earlier.sample, sample) }] : [];
  });
}

/** Of what went well: how long a failure takes is another matter. */
export function timesOf(report: Report): Times {
  return report.stress ? timesOfStress(report.stress) : timesOfGuests(report.guests);
}

/** The rounds that a stress run keeps are not like the others: its figures are of all of them. */
function timesOfStress(stress: NonNullable<Report['stress']>): Map<string, Measured> {
  const all = [
    ['boot', 'ms', stress.boot_ms],
    ['agent', 'ms', stress.agent_ms],
    ['round', 'ms', stress.round_ms],
    ['transaction', 'µs', stress.transaction_us],
  ] as const;
  return collect(all.map(([name, unit, spread]) => [name, unit, spread && sampleOfDistribution(spread)]));
}

function timesOfGuests(all: readonly GuestResult[]): Map<string, Measured> {
  const guests = all.filter(({ outcome }) => outcome === 'pass');
  const tests = guests.flatMap(({ tests }) => tests.filter(({ outcome }) => outcome === 'pass'));
  const phases = guests.flatMap(({ phases = [] }) => phases);
  return collect([
    ['boot', 'ms', sampleOf(guests.flatMap(({ boot_ms }) => boot_ms ?? []))],
    ['guest', 'ms', sampleOf(guests.map(({ duration_ms }) => duration_ms))],
    ...[...groupBy(phases, ({ phase }) => phase)].map(
      ([phase, times]) => [`phase ${phase}`, 'ms', sampleOf(times.map((time) => time.duration_ms))] as const,
    ),
    ...[...groupBy(tests, ({ name }) => name)].flatMap(
      ([name, results]) =>
        [
          [`test ${name}`, 'ms', sampleOf(results.map((result) => result.duration_ms))],
          [`transaction ${name}`, 'µs', sampleOf(results.flatMap(({ latency_us = [] }) => latency_us))],
        ] as const,
    ),
  ]);
}

function collect(
  all: ReadonlyArray<readonly [name: string, unit: Measured['unit'], sample: Sample | null]>,
): Map<string, Measured> {
  return new Map(all.flatMap(([name, unit, sample]) => (sample ? [[name, { unit, sample }]] : [])));
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

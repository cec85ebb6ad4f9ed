import type { Distribution, Report, StressResult } from '@coordinator/shared/report';
import { outcomes } from '@coordinator/shared/report';
import { formatDuration, formatSize } from '@coordinator/shared/units';
import { participles, plural } from './guest.ts';

/** What several formats say about a stress run. */

/** "61 passed, 2 hung, 1 flaky". */
export function describeRounds(stress: StressResult): string {
  const counts = outcomes
    .filter((outcome) => stress.outcomes[outcome] > 0)
    .map((outcome) => `${stress.outcomes[outcome]} ${participles[outcome]}`);
  if (stress.flaky > 0) counts.push(`${stress.flaky} flaky`);
  if (stress.interrupted > 0) counts.push(`${stress.interrupted} interrupted`);
  return counts.length === 0 ? 'none ended' : counts.join(', ');
}

/** The figures of a run in pairs, as they are at its end. */
export function stressFacts(stress: StressResult): [name: string, value: string][] {
  const { host } = stress;
  const quarters = host.coordinator_rss_quarters.map(formatSize).join(', ');
  return [
    ['rounds', `${stress.rounds_ended}: ${describeRounds(stress)}`],
    [
      'rate',
      `${stress.guests_per_minute} guests a minute, mode ${stress.mode}, ${plural(stress.jobs, 'VMM')} at once`,
    ],
    ['transactions', `${stress.transactions}, ${stress.transactions_per_second} a second`],
    [
      'interrupts',
      `${stress.interrupts}, ${stress.interrupts_per_second} a second; ${describeVectors(stress)}`,
    ],
    ['seed', `${stress.seed}, varying ${stress.vary}`],
    [
      'host',
      `load ${host.load.toFixed(1)} on ${plural(host.cpus, 'CPU')}, ${formatSize(host.memory_available_bytes)} of ${formatSize(host.memory_bytes)} free`,
    ],
    [
      'memory',
      `coordinator ${formatSize(host.coordinator_rss_bytes)}${quarters ? ` (quarters of the run: ${quarters})` : ''}`,
    ],
  ];
}

/** "vectors 0-7: 8 8 8 8 8 8 7 7". */
export function describeVectors({ vectors }: StressResult): string {
  if (vectors.length === 0) return 'no vectors';
  return `vectors 0-${vectors.length - 1}: ${vectors.join(' ')}`;
}

export interface NamedDistribution {
  readonly name: string;
  readonly unit: 'ms' | 'µs';
  readonly distribution: Distribution;
}

export function distributionsOf(stress: StressResult): NamedDistribution[] {
  const all = [
    { name: 'boot', unit: 'ms', distribution: stress.boot_ms },
    { name: 'agent', unit: 'ms', distribution: stress.agent_ms },
    { name: 'round', unit: 'ms', distribution: stress.round_ms },
    { name: 'transaction', unit: 'µs', distribution: stress.transaction_us },
  ] as const;
  return all.flatMap(({ distribution, ...rest }) => (distribution ? [{ ...rest, distribution }] : []));
}

/** A measurement for people. */
export function formatMeasure(value: number, unit: NamedDistribution['unit']): string {
  return unit === 'ms' ? formatDuration(value) : `${Math.round(value)} µs`;
}

/** Rows of times for people: what of, count, min, p50, p90, p99, max. */
export function distributionRows(stress: StressResult): string[][] {
  return distributionsOf(stress).map(({ name, unit, distribution }) => {
    const { count, min, p50, p90, p99, max } = distribution;
    return [name, String(count), ...[min, p50, p90, p99, max].map((value) => formatMeasure(value, unit))];
  });
}

/** Rows of injected faults: kind, injected, detected, late. */
export function faultRows({ faults }: StressResult): string[][] {
  return faults.map(({ kind, injected, detected, late }) => [
    kind,
    String(injected),
    String(detected),
    String(late),
  ]);
}

/** The same for formats without tables: kind, and "injected 2, detected 2, late 0". */
export function describeFaults(stress: StressResult): [kind: string, counts: string][] {
  return stress.faults.map(({ kind, injected, detected, late }) => [
    kind,
    `injected ${injected}, detected ${detected}, late ${late}`,
  ]);
}

/** One sentence for formats that have one line for a whole run; null for a run that is none. */
export function describeStress(report: Report): string | null {
  const { stress } = report;
  if (!stress) return null;
  return `${plural(stress.rounds_ended, 'round')}: ${describeRounds(stress)}; ${stress.failures} failures not injected; ${stress.guests_per_minute} guests a minute; seed ${stress.seed}`;
}

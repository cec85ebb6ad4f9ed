import type { Report } from '@coordinator/shared/report';
import type { Comparison } from './comparison.ts';

/** Differences below are those of rounding. */
const NOTABLE = 0.01;

/** What differs by 1% and more. */
export function compareInterrupts(before: Figures, after: Figures): Comparison['interrupts'] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((name) => {
    const [was, is] = [before.get(name) ?? null, after.get(name) ?? null];
    return isNotable(was, is) ? [{ name, before: was, after: is }] : [];
  });
}

function isNotable(was: number | null, is: number | null): boolean {
  if (was === null || is === null) return was !== is;
  return Math.abs(is - was) > NOTABLE * Math.max(Math.abs(was), Math.abs(is));
}

type Figures = ReadonlyMap<string, number>;

/** For each guest or round. */
export function interruptsOf(report: Report): Figures {
  return report.stress ? interruptsOfStress(report.stress) : interruptsOfGuests(report);
}

function interruptsOfStress({
  vectors,
  interrupts,
  transactions,
  rounds_ended: rounds,
}: NonNullable<Report['stress']>) {
  const figures = new Map<string, number>();
  if (rounds === 0) return figures;
  figures.set('all', interrupts / rounds);
  if (transactions > 0) figures.set('per transaction', interrupts / transactions);
  for (const [vector, count] of vectors.entries()) figures.set(`vector ${vector}`, count / rounds);
  return figures;
}

function interruptsOfGuests({ guests }: Report): Map<string, number> {
  const counted = guests.flatMap(({ interrupts }) => interrupts ?? []);
  const figures = new Map<string, number>();
  if (counted.length === 0) return figures;
  const add = (name: string, count: number) =>
    figures.set(name, (figures.get(name) ?? 0) + count / counted.length);
  for (const { device_total: total, rows, cpus } of counted) {
    add('all', total);
    for (const { hwirq, irq, delta } of rows) {
      add(
        `vector ${hwirq ?? irq}`,
        delta.reduce((sum, count) => sum + count, 0),
      );
      for (const [index, count] of delta.entries()) add(`CPU ${cpus[index] ?? index}`, count);
    }
  }
  return figures;
}

import type { WaitingRun } from '../wire/index.ts';

/** @returns the hosts on which a run takes no places now: guests of others with more of a priority wait for them. */
export function hostsLeftToOthers(
  { run, priority }: Pick<WaitingRun, 'run' | 'priority'>,
  others: readonly WaitingRun[],
): ReadonlySet<string> {
  const first = others.filter((one) => one.run !== run && one.priority > priority && one.waiting > 0);
  return new Set(first.flatMap(({ hosts }) => hosts));
}

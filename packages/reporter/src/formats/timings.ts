import type { GuestResult, Report } from '@coordinator/shared/report';
import { formatDuration } from '@coordinator/shared/units';
import { padColumns } from '../facts/columns.ts';
import { cleanLine } from '../facts/text.ts';
import type { CreateReporter } from '../reporter.ts';

/** More are shown as what is usual among them, and what was longest. */
const MAX_COLUMNS = 6;
const NAME_CELLS = 48;
const INDENT = '  ';

/** Where the time of each guest went: a line for each phase and test, a column for each guest. */
export const createReporter: CreateReporter = ({ output }) => ({
  onEnd(report) {
    output.write(renderTimings(report));
  },
});

function renderTimings({ guests }: Report): string {
  const timed = guests.map((guest) => ({ id: guest.id, times: timesOf(guest) }));
  const names = [...new Set(timed.flatMap(({ times }) => [...times.keys()]))];
  const few = timed.length <= MAX_COLUMNS;
  const header = few ? timed.map(({ id }) => cleanLine(id, NAME_CELLS)) : ['MEDIAN', 'LONGEST', 'OF'];
  const rows = names.map((name) => {
    const known = timed.flatMap(({ id, times }) => {
      const time = times.get(name);
      return time === undefined ? [] : [{ id, time }];
    });
    const cells = few ? timed.map(({ times }) => cellOf(times.get(name))) : summaryOf(known);
    const indent = name.startsWith(INDENT) ? INDENT : '';
    return [indent + cleanLine(name, NAME_CELLS), ...cells];
  });
  return padColumns([['PHASE', ...header], ...rows], true)
    .map((cells) => `${cells.join('  ').trimEnd()}\n`)
    .join('');
}

/** By phase and, below the phase they are of, by test. */
function timesOf({ phases = [], tests, duration_ms }: GuestResult): Map<string, number> {
  const times = new Map<string, number>();
  const add = (name: string, ms: number) => times.set(name, (times.get(name) ?? 0) + ms);
  for (const { phase, duration_ms: ms } of phases) {
    add(phase, ms);
    if (phase === 'tests')
      for (const test of tests)
        if (test.name !== 'probe' && test.name !== 'interrupts') add(INDENT + test.name, test.duration_ms);
  }
  add('whole', duration_ms);
  return times;
}

function summaryOf(known: readonly { readonly id: string; readonly time: number }[]): string[] {
  const sorted = known.toSorted((a, b) => a.time - b.time);
  const longest = sorted.at(-1);
  return [
    cellOf(sorted[Math.floor((sorted.length - 1) / 2)]?.time),
    cellOf(longest?.time),
    cleanLine(longest?.id ?? '', NAME_CELLS),
  ];
}

const cellOf = (ms: number | undefined): string => (ms === undefined ? '' : formatDuration(ms));

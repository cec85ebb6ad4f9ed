import type { GuestResult, StressResult } from '@coordinator/shared/report';
import { padColumns } from '../../facts/columns.ts';
import { plural } from '../../facts/guest.ts';
import { cleanLine } from '../../facts/text.ts';
import type { Paint } from './paint.ts';

/** Rounds that are named where they had the same crash. */
const MAX_NAMED = 8;
const NAME_CELLS = 40;
const REASON_CELLS = 80;

/** Of rounds with the same crash, the first is told in full, and of the others that they had it. */
export function groupCrashes(problems: readonly GuestResult[]) {
  const same = new Map<string, GuestResult[]>();
  const shown = problems.filter((guest) => {
    if (guest.fingerprint === undefined) return true;
    const others = same.get(guest.fingerprint);
    if (others) others.push(guest);
    else same.set(guest.fingerprint, []);
    return others === undefined;
  });
  return { shown, same };
}

/** Beside the round that is told in full. */
export function renderSame(others: readonly GuestResult[], paint: Paint): string[] {
  if (others.length === 0) return [];
  const named = others.slice(0, MAX_NAMED).map(({ id }) => cleanLine(id, NAME_CELLS));
  const more = others.length > named.length ? ', …' : '';
  return [
    paint.warning(`  the same crash in ${plural(others.length, 'more round')}: ${named.join(', ')}${more}`),
  ];
}

/** Crashes of all rounds, also of those that are not kept. */
export function renderCrashes({ crashes = [] }: StressResult, paint: Paint): string[] {
  if (crashes.length === 0) return [];
  const rows = crashes.map(({ fingerprint, count, round, reason }) => [
    cleanLine(fingerprint, NAME_CELLS),
    String(count),
    cleanLine(round, NAME_CELLS),
    cleanLine(reason ?? '', REASON_CELLS),
  ]);
  return [
    '',
    ...padColumns([['crash', 'rounds', 'first', 'reason'], ...rows]).map((cells, index) => {
      const line = cells.join('  ').trimEnd();
      return index === 0 ? paint.faint(line) : line;
    }),
  ];
}

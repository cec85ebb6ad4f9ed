import { formatDuration } from '@coordinator/shared/units';
import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';
import { plural } from '../../facts/guest.ts';
import { cleanLine } from '../../facts/text.ts';
import type { Board, BoardGuest } from './board.ts';
import type { Paint } from './paint.ts';
import { stressLines } from './stress-line.ts';

export interface BoardFrame {
  /** Milliseconds since the run's start. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
}

/** Lines, none wider than `columns` and together fewer than `rows`: what scrolls away cannot be redrawn. */
export function renderBoard(board: Board, frame: BoardFrame): string[] {
  const guests = [...board.guests.values()];
  // One row for the totals, one for guests that are not shown, one for the cursor below it all.
  const stress = board.figures ? stressLines(board.figures) : [];
  const room = Math.max(1, frame.rows - 3 - stress.length);
  const shown = guests.length <= room ? guests : [...guests].sort(byInterest).slice(0, room);
  const width = Math.max(...shown.map((guest) => stringWidth(cleanLine(guest.id, 40))), 0);
  const lines = shown.map((guest) => guestLine(guest, board.tests, width, frame));
  const hidden = guests.length - shown.length;
  if (hidden > 0) lines.push(frame.paint.faint(`… and ${plural(hidden, 'more guest')}`));
  lines.push(...stress.map((line) => frame.paint.strong(cleanLine(line))));
  lines.push(
    board.stress ? frame.paint.faint(`run ${cleanLine(board.run, 60)}`) : totalsLine(board, guests, frame),
  );
  return lines.map((line) => fit(line, frame.columns));
}

/** Cuts a line with colours in it to a width in terminal cells. */
export function fit(line: string, columns: number): string {
  if (stringWidth(line) <= columns) return line;
  return columns < 1 ? '' : `${sliceAnsi(line, 0, columns - 1)}…`;
}

/** Where something went wrong first, then who is at work, longest in its phase first, then the rest. */
function byInterest(a: BoardGuest, b: BoardGuest): number {
  return rank(a) - rank(b) || a.phaseSince - b.phaseSince;
}

function rank({ ended, phase }: BoardGuest): number {
  if (ended) return ended.outcome === 'pass' ? 3 : 0;
  return phase === 'queued' ? 2 : 1;
}

function guestLine(guest: BoardGuest, tests: number, width: number, frame: BoardFrame): string {
  const { paint } = frame;
  const id = cleanLine(guest.id, 40);
  const parts = [
    paint.strong(id + ' '.repeat(Math.max(0, width - stringWidth(id)))),
    cleanLine(guest.bdf ?? '', 40).padEnd(12),
    guest.ended ? endedPart(guest.ended, paint) : phasePart(guest, frame),
    `${guest.testsDone}/${tests}`,
    guest.testsFailed > 0 ? paint.outcome('fail', `${guest.testsFailed} failed`) : '',
    guest.transactions > 0 ? plural(guest.transactions, 'transaction') : '',
    guest.attempt > 1
      ? paint.warning(guest.ended?.outcome === 'pass' ? 'flaky' : `try ${guest.attempt}`)
      : '',
    guest.warnings > 0 ? paint.warning(plural(guest.warnings, 'warning')) : '',
    guest.ended ? paint.faint(cleanLine(guest.ended.reason ?? '')) : cleanLine(guest.detail ?? ''),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function endedPart({ outcome, duration_ms }: NonNullable<BoardGuest['ended']>, paint: Paint): string {
  return `${paint.outcome(outcome, outcome.padEnd(9))} ${formatDuration(duration_ms).padStart(8)}`;
}

function phasePart({ phase, phaseSince, phaseLimit_ms }: BoardGuest, { now, paint }: BoardFrame): string {
  const elapsed = now - phaseSince;
  const limit = phaseLimit_ms === null ? '' : ` of ${formatDuration(phaseLimit_ms)}`;
  const time = `${formatDuration(elapsed).padStart(8)}${limit}`;
  // More than half of the limit is gone: it may well be going to hang.
  const late = phaseLimit_ms !== null && elapsed > phaseLimit_ms / 2;
  return `${phase.padEnd(9)} ${late ? paint.warning(time) : paint.faint(time)}`;
}

function totalsLine(board: Board, guests: readonly BoardGuest[], { now, paint }: BoardFrame): string {
  const ended = guests.filter((guest) => guest.ended).length;
  const transactions = guests.reduce((sum, guest) => sum + guest.transactions, 0);
  const parts = [
    `${ended} of ${plural(guests.length, 'guest')} done`,
    plural(transactions, 'transaction'),
    formatDuration(now),
    `run ${cleanLine(board.run, 60)}`,
  ];
  return paint.faint(parts.join('  '));
}

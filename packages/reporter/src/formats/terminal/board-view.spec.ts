import { stripVTControlCharacters } from 'node:util';
import type { RunEvent } from '@coordinator/shared/event';
import { makeTest, sampleEvents } from '@coordinator/shared/testing';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { Board } from './board.ts';
import { fit, renderBoard } from './board-view.ts';
import { makePaint } from './paint.ts';

const size = { columns: 120, rows: 24, paint: makePaint(false) };

function boardOf(events: readonly RunEvent[]): Board {
  const board = new Board();
  for (const event of events) board.apply(event);
  return board;
}

const until = (at_ms: number) => sampleEvents.filter((event) => event.at_ms <= at_ms);

const inTest = (at_ms: number, guest: string, detail: string, limit_ms: number | null): RunEvent => ({
  ...{ type: 'guest-phase', phase: 'tests' },
  ...{ at_ms, guest, detail, limit_ms },
});

describe('renderBoard', () => {
  it('shows a line for every guest and the totals', () => {
    expect(renderBoard(boardOf(until(2900)), { ...size, now: 3006 })).toEqual([
      'guest-1  0000:00:02.0  pass         2.1 s  6/6  13 transactions',
      'guest-2  0000:00:02.0  fail         2.9 s  3/6  1 failed  3 transactions  1 warning  a test failed',
      'guest-3  0000:00:02.0  queued       3.0 s  0/6',
      'guest-4  0000:00:02.0  boot         3.0 s of 30.0 s  0/6',
      'guest-5  0000:00:02.0  queued       3.0 s  0/6',
      '2 of 5 guests done  16 transactions  3.0 s  run 20261122-184500-x7q2',
    ]);
  });

  it('names the test that runs', () => {
    const board = boardOf([...until(1900), inTest(2000, 'guest-1', 'memcpy/0x100', 5000)]);
    expect(renderBoard(board, { ...size, now: 2500 })[0]).toBe(
      'guest-1  0000:00:02.0  tests       500 ms of 5.0 s  0/6  memcpy/0x100',
    );
  });

  it('warns by colour when a phase nears its limit', () => {
    const board = boardOf(until(100));
    const paint = makePaint(true);
    const line = (now: number) => renderBoard(board, { ...size, paint, now })[3];
    expect(line(1006)).not.toContain('\x1b[33m');
    expect(line(20_006)).toContain('\x1b[33m');
  });

  it.each([1, 10, 40, 79])('keeps within %d columns, also with wide and hostile text', (columns) => {
    const board = boardOf([
      ...until(2900),
      inTest(3, 'guest-3', `検査${'検'.repeat(80)}\x1b[2J\n\r`, null),
      { type: 'guest-test', at_ms: 4, guest: '\x1b[31m客人', test: makeTest('x') },
    ]);
    const lines = renderBoard(board, { ...size, columns, paint: makePaint(true), now: 3000 });
    for (const line of lines) {
      expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(stripVTControlCharacters(line)).not.toMatch(/\p{Cc}/u);
      expect(line).not.toContain('\x1b[2J');
    }
  });

  it('shows those of interest when there are more guests than rows', () => {
    const guests = Array.from({ length: 300 }, (_, index) => `guest-${index + 1}`);
    const start = sampleEvents[0];
    if (start?.type !== 'run-started') throw new Error('no start');
    const board = boardOf([
      { ...start, guests },
      { type: 'guest-phase', at_ms: 5, guest: 'guest-250', phase: 'boot', detail: null, limit_ms: null },
      {
        type: 'guest-ended',
        at_ms: 9,
        guest: 'guest-1',
        outcome: 'pass',
        error_kind: null,
        reason: null,
        duration_ms: 1,
      },
      {
        type: 'guest-ended',
        at_ms: 9,
        guest: 'guest-299',
        outcome: 'panic',
        error_kind: null,
        reason: null,
        duration_ms: 1,
      },
    ]);
    const lines = renderBoard(board, { ...size, rows: 10, now: 10 });
    expect(lines.map((line) => line.split(' ', 1)[0])).toEqual([
      'guest-299',
      'guest-250',
      'guest-2',
      'guest-3',
      'guest-4',
      'guest-5',
      'guest-6',
      '…',
      '2',
    ]);
    expect(lines[7]).toBe('… and 293 more guests');
  });
});

describe('fit', () => {
  it('cuts by cells, not by characters', () => {
    expect(fit('検査検査', 5)).toBe('検査…');
    expect(fit('\x1b[31mabcdef\x1b[39m', 4)).toBe('\x1b[31mabc\x1b[39m…');
    expect(fit('abcd', 4)).toBe('abcd');
    expect(fit('abcd', 0)).toBe('');
  });
});

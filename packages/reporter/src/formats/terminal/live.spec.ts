import { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { sampleEvents } from '@coordinator/shared/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveView } from './live.ts';
import { makePaint } from './paint.ts';

const HIDE = '\x1b[?25l';
const SHOW = '\x1b[?25h';

/** As much of a terminal as is written to. */
class Terminal extends EventEmitter {
  readonly isTTY = true;
  columns = 100;
  rows = 24;
  writes: string[] = [];

  write(text: string): boolean {
    this.writes.push(text);
    return true;
  }

  get text(): string {
    return this.writes.join('');
  }
}

let terminal: Terminal;
let view: LiveView;

beforeEach(() => {
  vi.useFakeTimers();
  terminal = new Terminal();
  view = new LiveView(terminal as unknown as NodeJS.WriteStream, makePaint(true));
});
afterEach(() => {
  view.stop();
  vi.useRealTimers();
});

const start = () => {
  for (const event of sampleEvents.slice(0, 1)) view.onEvent(event);
};

describe('LiveView', () => {
  it('draws ten times a second at most, however many events come', () => {
    start();
    terminal.writes = [];
    for (let round = 0; round < 100; round++) for (const event of sampleEvents.slice(2)) view.onEvent(event);
    expect(terminal.writes).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(terminal.writes.length).toBeGreaterThan(0);
    expect(terminal.writes.length).toBeLessThanOrEqual(10);
  });

  it('hides the cursor and shows it again, once, on every ending', () => {
    start();
    expect(terminal.text).toContain(HIDE);
    view.stop();
    view.stop();
    expect(terminal.text.split(SHOW)).toHaveLength(2);
    expect(terminal.listenerCount('resize')).toBe(0);
    const before = terminal.writes.length;
    vi.advanceTimersByTime(1000);
    expect(terminal.writes).toHaveLength(before);
  });

  it('shows the cursor when the process ends in any other way', () => {
    const others = process.listeners('exit');
    start();
    const [own] = process.listeners('exit').filter((listener) => !others.includes(listener));
    own?.(1);
    expect(terminal.text.endsWith(SHOW)).toBe(true);
    expect(process.listeners('exit')).toEqual(others);
  });

  it('leaves the last state on the screen when abandoned', () => {
    start();
    terminal.writes = [];
    view.leave();
    expect(stripVTControlCharacters(terminal.text)).toContain('0 of 5 guests done');
  });

  it('keeps notices, without what a guest put into them', () => {
    start();
    view.onEvent({ type: 'guest-log', at_ms: 1, guest: 'guest-1', level: 'error', text: 'no\x1b[2Jtool\n' });
    expect(terminal.text).toContain('guest-1: notool');
    expect(terminal.text).not.toContain('\x1b[2J');
  });

  it('clears what a narrower terminal has wrapped', () => {
    start();
    terminal.columns = 30;
    terminal.writes = [];
    terminal.emit('resize');
    // Five guests of up to 60 cells take two rows each, the totals of 66 take three.
    expect(terminal.writes[0]).toBe('\x1b[13F\x1b[0J');
    const redrawn = stripVTControlCharacters(terminal.writes.slice(1).join('')).split('\n');
    expect(Math.max(...redrawn.map((line) => line.length))).toBeLessThanOrEqual(30);
  });
});

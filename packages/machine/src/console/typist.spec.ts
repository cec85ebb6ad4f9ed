import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Typist } from './typist.ts';

const LINE = `${'mount -t 9p -o trans=virtio hostshare /tmp/x && '.repeat(5)}sh start\r`;

let typed: string[];
let typist: Typist;
beforeEach(() => {
  vi.useFakeTimers();
  typed = [];
  typist = new Typist((text) => typed.push(text));
});
afterEach(() => vi.useRealTimers());

describe('Typist', () => {
  it('types what is short at once', () => {
    typist.type('root\r');
    typist.type('sesame\r');
    expect(typed).toEqual(['root\r', 'sesame\r']);
    expect(typist.isBusy).toBe(false);
  });

  it('types on when it sees the echo of what it typed', () => {
    typist.type(LINE);
    expect(typed).toHaveLength(1);
    while (typist.isBusy) {
      const count = typed.length;
      const piece = typed[count - 1] ?? '';
      typist.push(Buffer.from(piece.slice(0, 20)));
      expect(typed).toHaveLength(count);
      // A terminal of 80 columns breaks the line.
      typist.push(Buffer.from(`\x1b[K${piece.slice(20, 44)}\r\n${piece.slice(44)}`));
      expect(typed).toHaveLength(count + 1);
    }
    expect(typed.join('')).toBe(LINE);
    expect(Math.max(...typed.map((piece) => Buffer.byteLength(piece)))).toBeLessThanOrEqual(48);
  });

  it('types on without an echo, after a while', () => {
    typist.type(LINE);
    vi.runAllTimers();
    expect(typed.join('')).toBe(LINE);
  });

  it('counts bytes and keeps characters whole', () => {
    typist.type('ü'.repeat(60));
    vi.runAllTimers();
    expect(typed.map((piece) => piece.length)).toEqual([24, 24, 12]);
  });

  it('types no more once it is ended', () => {
    typist.type(LINE);
    typist.end();
    vi.runAllTimers();
    expect(typed).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.ts';
import { matchConsoleLine } from './patterns.ts';

describe('matchConsoleLine', () => {
  it.each([
    ['[    1.234567] Kernel panic - not syncing: sysrq triggered crash', 'panic'],
    ['[    1.0] Internal error: Oops: 0000000096000004 [#1] SMP', 'oops'],
    ['[   60.1] rcu: INFO: rcu_preempt self-detected stall on CPU', 'rcu-stall'],
    ['[   60.1] watchdog: BUG: soft lockup - CPU#0 stuck for 26s!', 'soft-lockup'],
    ['[    2.0] BUG: KASAN: slab-out-of-bounds in f+0x1/0x2', 'kasan'],
    ['[    2.0] WARNING: CPU: 0 PID: 1 at kernel/x.c:1 f+0x0/0x4', 'warning'],
    ['[    3.0] arm-smmu-v3 9050000.smmuv3: event 0x10 received:', 'smmu-event'],
  ])('knows %s', (line, kind) => expect(matchConsoleLine(line)).toEqual({ kind, line }));

  it('finds nothing in ordinary lines', () => {
    expect(matchConsoleLine('[    0.000000] Booting Linux on physical CPU 0x0000000000')).toBeNull();
  });
});

describe('LineSplitter', () => {
  it('joins pieces, ends lines at CR LF, and keeps characters whole', () => {
    const splitter = new LineSplitter();
    const bytes = Buffer.from('één\r\ntwo\nthree');
    const lines = [...bytes].flatMap((byte) => splitter.push(Buffer.of(byte)));
    expect([...lines, ...splitter.end()]).toEqual(['één', 'two', 'three']);
  });

  it('leaves out escape sequences and control characters', () => {
    expect(new LineSplitter().push(Buffer.from('\x1b[31mred\x1b[0m\x07\x00!\n'))).toEqual(['red!']);
  });

  it('hides nothing behind a control string that does not end', () => {
    const splitter = new LineSplitter();
    expect(
      splitter.push(Buffer.from('\x1b]0;Kernel panic - not syncing\nnext \x1b]0;title\x07line\n')),
    ).toEqual(['0;Kernel panic - not syncing', 'next line']);
  });

  it('never holds more than one long line', () => {
    const splitter = new LineSplitter();
    expect(splitter.push(Buffer.alloc(10_000, 'x'))).toHaveLength(1);
    expect(splitter.end()).toEqual([]);
  });
});

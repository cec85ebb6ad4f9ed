import { hostileText } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { ConsoleText } from './console-text.ts';

const filter = (...pieces: string[]) => {
  const text = new ConsoleText();
  return pieces.map((piece) => text.push(piece)).join('');
};

describe('text of a console', () => {
  it('keeps lines, tabs and colours', () => {
    const text = 'a\tb\r\n\x1b[1;31mred\x1b[0m \x1b[38;5;9mx\x1b[m ü → 😀\b\n';
    expect(filter(text)).toBe(text);
  });

  it.each([
    ['a title', 'a\x1b]0;owned\x07b'],
    ['a clipboard', 'a\x1b]52;c;cm0gLXJmIC8=\x07b'],
    ['a link', 'a\x1b]8;;http://attacker.example\x1b\\\x1b]8;;\x1b\\b'],
    ['a device control string', 'a\x1bP$q"p\x1b\\b'],
    ['a question for the cursor', 'a\x1b[6n\x1b[c\x1b[>cb'],
    ['another screen', 'a\x1b[?1049h\x1b[2J\x1b[Hb'],
    ['a reset', 'a\x1bc\x1b(0b'],
    ['a move', 'a\x1b[10A\x1b[3;4Hb'],
    ['C1 controls', 'a\x9b\x85\x90b'],
    ['other controls', 'a\0\x05\x07\x0b\x7fb'],
    ['a change of direction', 'a\u202e\u2066\u200fb'],
    ['a sequence in a sequence', 'a\x1b[\x1b[\x1b[2Jb'],
  ])('is without %s', (_, text) => {
    expect(filter(text)).toBe('ab');
    expect(filter(...text)).toBe('ab');
  });

  it('is not hidden by what is never closed', () => {
    expect(filter('\x1b]0;title\nKernel panic')).toBe('\nKernel panic');
    expect(filter(`\x1b]0;${'x'.repeat(10_000)} oops`)).toContain(' oops');
    expect(filter(`\x1b[${'1'.repeat(10_000)} oops`)).toContain(' oops');
    expect(filter('\x1bP\x1b\x1b[31mred')).toBe('\x1b[31mred');
  });

  it('is harmless whatever the guest says', () => {
    expect(filter(hostileText)).toBe(
      'bad \x1b[31mred\x1b[0m 31mgnp.\ud800 <b>&"\'</b> ]]> ::error::x ##[error]y | `z` # <LAVA_SIGNAL_X>',
    );
  });
});

import { cleanHostileText, hostileText } from '@coordinator/shared/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText } from './text.ts';

/** XML 1.0, section 2.2, without the carriage return. */
const xmlCharacters = /^([\t\n]|[ -\ud7ff]|[\ue000-\ufffd]|[\u{10000}-\u{10ffff}])*$/u;

describe('cleanText and cleanLine', () => {
  it('take out what a terminal could obey', () => {
    expect(cleanLine(hostileText)).toBe(cleanHostileText);
    expect(cleanText('a\r\nb\rc\td\x1b[2J\x00\x85e')).toBe('a\nb\nc\tde');
    expect(cleanLine('\x1b[')).toBe('[');
    expect(cleanLine('\x1b]52;c;never ended')).not.toContain('\x1b');
  });

  it('keep letters of every script', () => {
    expect(cleanLine('prüfen 検査 🙂')).toBe('prüfen 検査 🙂');
  });

  it('make one line of several', () => {
    expect(cleanLine(' a\r\n  b\u2028c\td\x0b ')).toBe('a b c d');
  });

  it('cut what is too long, between characters', () => {
    expect(cleanLine(`${'x'.repeat(9)}🙂`, 10)).toBe(`${'x'.repeat(9)}…`);
    expect(cleanText('x'.repeat(100_000)).length).toBe(64 * 1024 + 1);
  });

  it('leave only what XML allows, whatever came', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cleanText(text)).toMatch(xmlCharacters);
        expect(cleanLine(text)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it('are quick with long hostile text', () => {
    const started = performance.now();
    for (const piece of ['\x1b[', '\x1b]0;', '\x9b;', ' \n']) cleanText(piece.repeat(50_000));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

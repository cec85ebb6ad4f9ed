import { describe, expect, it } from 'vitest';
import { formatDuration, formatSize, parseDuration, parseSize } from './index.ts';

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['10', 10_000],
  ])('reads %s', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));
  it.each(['', 'x', '5d', '-1s', '0s', '0', '1s 2', '99999h'])('refuses "%s"', (text) => {
    expect(() => parseDuration(text)).toThrow(TypeError);
  });
  it.each([
    [850, '850 ms'],
    [3140, '3.1 s'],
    [59_949, '59.9 s'],
    [59_960, '1 m 00 s'],
    [125_000, '2 m 05 s'],
    [3_720_000, '1 h 02 m'],
  ])('writes %d as %s', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));
});

describe('sizes', () => {
  it.each([
    ['256', 256],
    ['0x100', 256],
    ['64k', 65_536],
    ['1M', 1_048_576],
    ['2GiB', 2 ** 31],
  ])('reads %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));
  it.each(['', 'big', '1.5k', '-1', '0x', '1T'])('refuses "%s"', (text) =>
    expect(() => parseSize(text)).toThrow(TypeError),
  );
  it('writes them for people', () => {
    expect([61, 1536, 268_435_456].map(formatSize)).toEqual(['61 B', '1.5 KiB', '256 MiB']);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AGENT_VERSION, countCpus, memoryBytes } from './hello.ts';
import { wholeLines } from './interrupts.ts';

describe('hello', () => {
  it('tells the version of the package', () => {
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    expect(AGENT_VERSION).toBe(JSON.parse(manifest).version);
  });

  it.each([
    ['0', 1],
    ['0-3', 4],
    ['0-1,4,6-7', 5],
    ['', 1],
    ['7-2', 1],
  ])('counts the CPUs of "%s": %i', (list, cpus) => expect(countCpus(list)).toBe(cpus));

  it('reads the size of the memory', () => {
    expect(memoryBytes('MemTotal:         220360 kB\nMemFree: 1 kB\n')).toBe(220360 * 1024);
    expect(memoryBytes('')).toBe(0);
  });
});

it('cuts /proc/interrupts at the end of a line', () => {
  expect(wholeLines('abc\ndef\n', 8)).toBe('abc\ndef\n');
  expect(wholeLines('abc\ndef\n', 7)).toBe('abc\n');
  expect(wholeLines('abc\ndef\n', 4)).toBe('abc\n');
  expect(wholeLines('abc\ndef\n', 3)).toBe('');
});

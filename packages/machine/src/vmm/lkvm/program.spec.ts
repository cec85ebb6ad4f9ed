import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkLkvmProgram } from './program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lkvm-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function elf(machine: number, words: string): Buffer {
  const content = Buffer.alloc(256);
  content.write('\x7fELF', 0, 'latin1');
  content.writeUInt16LE(machine, 18);
  content.write(words, 64);
  return content;
}

function check(content: Buffer | string, mode = 0o755): void {
  const file = join(folder, 'lkvm');
  writeFileSync(file, content);
  chmodSync(file, mode);
  checkLkvmProgram(file, 'the lab');
}

const WORDS = 'KVM session ended normally.';

describe('checkLkvmProgram', () => {
  it('takes kvmtool for arm64, and a script, of which it cannot know', () => {
    check(elf(183, WORDS));
    check('#!/bin/sh\nexec /opt/lkvm "$@"\n');
  });

  it.each([
    ['another program', elf(183, 'coreutils'), 0o755, /lkvm is no kvmtool$/],
    [
      'one for another machine',
      elf(62, WORDS),
      0o755,
      /is a program for x86-64, and the lab runs those for arm64$/,
    ],
    ['one for a machine of its own', elf(7, WORDS), 0o755, /is a program for another machine, and/],
    ['one that ends in its header', elf(62, WORDS).subarray(0, 6), 0o755, /is a program for another machine/],
    [
      'one that is not to be run',
      elf(183, WORDS),
      0o644,
      /is no program that can be run: permission denied$/,
    ],
    ['no program', 'hello\n', 0o755, /is no program that can be run$/],
  ])('refuses %s', (_, content, mode, message) => {
    // root may read everything, but runs nothing that has no x.
    expect(() => check(content, mode)).toThrow(message);
  });

  it('refuses a folder, and what is not there', () => {
    expect(() => checkLkvmProgram(folder, 'the lab')).toThrow(/is no file, so it is no kvmtool$/);
    expect(() => checkLkvmProgram(join(folder, 'x/y'), 'the lab')).toThrow(/x\/y is not there$/);
  });
});

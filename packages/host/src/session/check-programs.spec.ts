import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePlan } from '@coordinator/shared/plan';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkPrograms } from './check-programs.ts';

let files: string;
beforeEach(() => {
  files = mkdtempSync(join(tmpdir(), 'files-'));
});
afterEach(() => rmSync(files, { recursive: true, force: true }));

function program(name: string, content: string | Buffer, mode = 0o755): void {
  writeFileSync(join(files, name), content);
  chmodSync(join(files, name), mode);
}

/** The first 20 bytes of a file for a processor: x86-64 is 62, arm64 183 (elf.h). */
function elf(machine: number): Buffer {
  const head = Buffer.alloc(64);
  head.write('\x7fELF', 'latin1');
  head.writeUInt16LE(machine, 18);
  return head;
}

const check =
  (run: string, folder: string | undefined = files) =>
  () =>
    checkPrograms(parsePlan(`tests:\n- { run: ${run} }\n`, 'p'), folder);

describe('checkPrograms', () => {
  it('lets those through that guests can run, and those that only a guest can know', () => {
    program('a.sh', '#!/bin/sh\n');
    program('arm', elf(183));
    mkdirSync(join(files, 'sub'));
    symlinkSync('../a.sh', join(files, 'sub/link'));
    for (const run of ['./a.sh --flag', './arm', './sub/link', 'sub/../a.sh'])
      expect(check(run)).not.toThrow();
    for (const run of ['smmute', '/bin/true']) {
      expect(check(run)).not.toThrow();
      expect(() => checkPrograms(parsePlan(`tests:\n- run: ${run}\n`, 'p'), undefined)).not.toThrow();
    }
  });

  it.each([
    ['./none.sh', 'which is not in'],
    ['./plain.sh', 'which may not be executed'],
    ['./text', 'which no kernel can execute'],
    ['./empty', 'which no kernel can execute'],
    ['./x86', 'which is built for another processor'],
    ['./sub/', 'which is no file'],
    ['./out', 'which is a link out of the folder'],
    ['../../etc/passwd', 'which is'],
  ])('refuses %s before a guest starts', (run, why) => {
    program('plain.sh', '#!/bin/sh\n', 0o644);
    program('text', 'echo\n');
    program('empty', '');
    program('x86', elf(62));
    mkdirSync(join(files, 'sub'));
    symlinkSync('/bin/sh', join(files, 'out'));
    expect(check(run)).toThrow(why);
    expect(check(run)).toThrow(run);
  });

  it('refuses a plan whose programs nobody brings, and a folder that is none', () => {
    expect(() => checkPrograms(parsePlan('tests:\n- run: ./a\n', 'p'), undefined)).toThrow(
      'brought no files',
    );
    program('a', '#!/bin/sh\n');
    expect(check('./a', join(files, 'a'))).toThrow('is no folder');
    expect(check('./a', join(files, 'b'))).toThrow('cannot be read');
  });
});

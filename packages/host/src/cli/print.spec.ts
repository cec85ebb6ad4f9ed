import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineSplitter } from '@coordinator/machine/console';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { print, printJson, tell } from './print.ts';
import { formatProgress } from './progress.ts';
import { renderTable } from './table.ts';

/** Introducers of 8 bits: as characters, as the bytes of UTF-8, and as bytes that are none of it. */
const C1 = 'a\u009b31mb\u009d0;t\u009cc\u0085d\u0080\u009f';
const AS_UTF8 = Buffer.from(C1, 'utf8');
const AS_LATIN1 = Buffer.from(C1, 'latin1');

let written: string;
beforeEach(() => {
  written = '';
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written += text;
      return true;
    });
});
afterEach(() => vi.restoreAllMocks());

const raw = (text: string) => text.match(/(?![\n\t])\p{Cc}|\p{Cf}/gu) ?? [];

describe('what commands print', () => {
  it.each([
    ['C1', C1],
    ['the bytes of C1', AS_UTF8.toString('utf8')],
    ['bytes that are no UTF-8', AS_LATIN1.toString('utf8')],
    ['C0', '\x1b]0;t\x07\x1b[2J\r\x00\x7f'],
    ['a change of direction', 'a\u202eb\u2066c'],
  ])('has nothing in it for a terminal to obey: %s', (_, text) => {
    print(`${text}\n`);
    tell(`coordinator: ${text}\n`);
    print(renderTable(['NAME', 'RUN'], [[text, `${text}\nguest-2`]]));
    tell(formatProgress({ step: 1, steps: 1, label: text, fraction: null, detail: text }));
    printJson({ name: text });
    expect(raw(written)).toEqual([]);
  });

  it('keeps rows rows, and JSON what it was', () => {
    expect(renderTable(['NAME'], [['a\nb'], ['c\u009bd']])).toBe('NAME\na b\ncd\n');
    printJson({ name: C1 });
    expect(JSON.parse(written)).toEqual({ name: C1 });
  });

  it.each([AS_UTF8, AS_LATIN1])('is clean of a followed console too: %j', (bytes) => {
    const lines = new LineSplitter().push(Buffer.concat([bytes, Buffer.from('\n')]));
    expect(lines).toHaveLength(1);
    expect(raw(lines.join(''))).toEqual([]);
  });

  it('goes by one door, but for terminals of other machines and text of ours', () => {
    const own = ['attend.ts', 'completion.ts', 'man.ts', 'print.ts', 'progress.ts'];
    const direct = readdirSync(import.meta.dirname)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && !own.includes(name))
      .filter((name) =>
        /std(out|err)\.write|console\.(log|error)/.test(
          readFileSync(join(import.meta.dirname, name), 'utf8'),
        ),
      );
    expect(direct).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printedResult } from '../testing/guest-tree.ts';
import { ToolOutputParser, type ToolResult } from './output-parser.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

function parse(...pieces: readonly Uint8Array[]): ToolResult[] {
  const results: ToolResult[] = [];
  const parser = new ToolOutputParser((result) => results.push(result));
  for (const piece of pieces) parser.push(piece);
  return results;
}

describe('ToolOutputParser', () => {
  it('reads a result', () => {
    expect(parse(bytesOf(printedResult(7, '5 Input/output error', '0xffffffffffff0fff', 1412)))).toEqual([
      {
        transaction: 7,
        status: 5,
        statusText: 'Input/output error',
        value: '0xffffffffffff0fff',
        duration_us: 1412,
        isSecond: false,
      },
    ]);
  });

  it('reads both results of a P2P transaction, the second of which is short', () => {
    const first = printedResult(1).split('Output')[0] as string;
    const second = first.replace('Result:', 'Result 2:').replace('= 1\n', '= 2\n');
    const [short] = second.split('- value');
    for (const block of [short, second])
      expect(
        parse(bytesOf(`${first}${block}Command is now 0xea0b48ba69d00a6e\n${printedResult(3)}`)),
      ).toEqual([
        expect.objectContaining({ transaction: 1, duration_us: 412, isSecond: false }),
        expect.objectContaining({ transaction: 2, value: null, duration_us: null, isSecond: true }),
        expect.objectContaining({ transaction: 3, isSecond: false }),
      ]);
  });

  it.each([1, 17, 0x101])('reads what follows a dump of %i bytes, which ends without a newline', (size) => {
    const width = size.toString(16).length;
    const dump = (id: number) =>
      printedResult(id).replace(/00: [\s\S]*$/, `${(size - 1).toString(16).padStart(width, '0')}: 0a `);
    const results = parse(bytesOf([1, 2, 3].map(dump).join('')));
    expect(results.map(({ transaction }) => transaction)).toEqual([1, 2, 3]);
  });

  it('does not mind a dump whose last line has no newline before what follows', () => {
    const dump = printedResult(1).trimEnd();
    expect(parse(bytesOf(`${dump}\n${printedResult(2)}`))).toHaveLength(2);
  });

  it.each([
    ['a missing line', (text: string) => text.replace(/- value.*\n/, '')],
    ['lines out of order', (text: string) => text.replace(/(- status.*\n)(- value.*\n)/, '$2$1')],
    ['something in between', (text: string) => text.replace('- value', 'what?\n- value')],
    ['a status that is no errno', (text: string) => text.replace('0 Success', '70000 Success')],
    ['a negative duration', (text: string) => text.replace('412', '-412')],
    ['an endless line', (text: string) => text.replace('Success', 'S'.repeat(10_000))],
    ['no header', (text: string) => text.replace('Result:', 'Results:')],
    ['an end too soon', (text: string) => text.slice(0, text.indexOf(' us'))],
  ])('does not count a block with %s, but the next', (_, damage) => {
    const results = parse(bytesOf(`${damage(printedResult(1))}\n${printedResult(2)}`));
    expect(results.map((result) => result.transaction)).toEqual([2]);
  });

  it('gives the same whatever the pieces', () => {
    const all = bytesOf([1, 2, 3].map((id) => printedResult(id)).join('smmute: something went wrong\n'));
    fc.assert(
      fc.property(fc.array(fc.nat(all.length), { maxLength: 60, size: 'max' }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), all.length];
        const pieces = at.slice(1).map((end, index) => all.slice(at[index], end));
        expect(parse(...pieces).map((result) => result.transaction)).toEqual([1, 2, 3]);
      }),
    );
  });

  it('finds a result behind any garbage that ends its line, and never throws', () => {
    const result = bytesOf(printedResult(9));
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 400, size: 'max' }),
      fc
        .array(fc.constantFrom('Result:', '\n', '- status = ', '- ', '0 ', '=', 'R', '\0'), {
          maxLength: 60,
          size: 'max',
        })
        .map((words) => bytesOf(words.join(''))),
    );
    fc.assert(
      fc.property(fc.array(garbage, { maxLength: 5 }), (pieces) => {
        const results = parse(...pieces, bytesOf('\n'), result);
        expect(results.at(-1)?.transaction).toBe(9);
      }),
    );
  });

  it('leaves bytes it was given to the caller', () => {
    const text = bytesOf(printedResult(3));
    const results: ToolResult[] = [];
    const parser = new ToolOutputParser((result) => results.push(result));
    const buffer = new Uint8Array(1);
    for (const byte of text) {
      buffer[0] = byte;
      parser.push(buffer);
    }
    expect(results).toHaveLength(1);
  });
});

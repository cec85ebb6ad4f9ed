import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OutputTail } from './output-tail.ts';
import { asciiText, clip } from './text.ts';

it('holds the last bytes of any pieces', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 50, size: 'max' })),
      fc.integer({ min: 1, max: 64 }),
      (pieces, limit) => {
        const tail = new OutputTail(limit);
        for (const piece of pieces) tail.push(piece);
        const all = Buffer.concat(pieces);
        expect(Buffer.from(tail.bytes())).toEqual(all.subarray(Math.max(0, all.length - limit)));
      },
    ),
  );
});

it('makes text of any bytes, one character each', () => {
  expect(asciiText(Uint8Array.of(0x41, 0x0a, 0x00, 0x1b, 0xc3, 0xa9))).toBe('A\n\ufffd\ufffd\ufffd\ufffd');
  expect(asciiText(new Uint8Array(100_000).fill(0x61))).toHaveLength(100_000);
});

it('clips', () => {
  expect(clip('abc', 3)).toBe('abc');
  expect(clip('abcd', 3)).toBe('ab…');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rand48 } from './rand48.ts';

const NO_BYTES = new Uint8Array(0);

/** The definition, word for word, in BigInt. */
function naive(begin: bigint, size: number, seed: number): number[] {
  const mask = (1n << 48n) - 1n;
  const step = (x: bigint) => (x * 0x5deece66dn + 0xbn) & mask;
  let state = 0n;
  return Array.from({ length: size }, (_, index) => {
    const address = begin + BigInt(index);
    if (index === 0 || address % 4096n === 0n) {
      const mixed = (BigInt(seed) ^ (address >> 32n) ^ (address & 0xffffffffn)) & 0xffffffffn;
      state = ((mixed << 16n) | 0x330en) & mask;
    }
    const first = step(state);
    state = step(first);
    return Number((((first >> 17n) & 0x7fffffffn) | (state & (1n << 31n))) & 0xffn);
  });
}

test('seed 0 starts a page with the known bytes', () => {
  const bytes = new Uint8Array(8);
  rand48(0n, 8n, 0).process(NO_BYTES, bytes, 0n);
  expect(Buffer.from(bytes).toString('hex')).toBe('6e0ad069ba480bea');
});

test('gives the bytes of the definition, however it is cut into pieces', () => {
  fc.assert(
    fc.property(
      fc.bigInt(0n, (1n << 64n) - 20000n),
      fc.integer({ min: 1, max: 9000 }),
      fc.nat(0xffffffff),
      fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 8 }),
      (begin, size, seed, cuts) => {
        const command = rand48(begin, BigInt(size), seed);
        const bytes = new Uint8Array(size);
        let at = 0;
        for (const cut of [...cuts, size]) {
          const end = Math.min(size, at + cut);
          if (end > at) command.process(NO_BYTES, bytes.subarray(at, end), BigInt(at));
          at = end;
        }
        expect([...bytes]).toEqual(naive(begin, size, seed));
      },
    ),
    { numRuns: 60 },
  );
});

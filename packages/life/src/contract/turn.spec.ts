import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Turn } from './turn.ts';

/** What `total` transactions raise if the first is on vector `start`, with vectors renamed by `to`. */
function raised(vectors: number, start: number, total: number, to = (vector: number) => vector): number[] {
  const counts = new Array<number>(vectors).fill(0);
  for (let n = 0; n < total; n++)
    counts[to((start + n) % vectors)] = (counts[to((start + n) % vectors)] ?? 0) + 1;
  return counts;
}

describe('Turn', () => {
  it('follows a driver through any tests', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16 }),
        fc.nat(15),
        fc.array(fc.nat(40), { maxLength: 12 }),
        (vectors, start, totals) => {
          const turn = new Turn();
          let at = start % vectors;
          for (const total of totals) {
            expect(turn.take(raised(vectors, at, total))).toBe(true);
            at = (at + total) % vectors;
          }
        },
      ),
    );
  });

  it('sees vectors that are swapped, though each counts as often as it should', () => {
    const swap = (vector: number) => vector ^ 1;
    const turn = new Turn();
    expect(turn.take(raised(8, 0, 10, swap))).toBe(true);
    expect(turn.take(raised(8, 2, 1, swap))).toBe(false);
  });

  it('sees one that is left out, and one that is used again', () => {
    expect(new Turn().take([2, 0, 1, 1])).toBe(false);
    expect(new Turn().take([3, 1, 1, 1])).toBe(false);
    const turn = new Turn();
    turn.take([1, 0, 0, 0]);
    expect(turn.take([1, 0, 0, 0])).toBe(false);
  });

  it('asks anew after what cannot be followed', () => {
    const turn = new Turn();
    turn.take([1, 0, 0, 0]);
    turn.forget();
    expect(turn.take([0, 0, 1, 0])).toBe(true);
    expect(turn.take([0, 0, 0, 1])).toBe(true);
  });
});

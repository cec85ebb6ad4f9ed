import { compileFunction } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Coverage, common } from './coverage.ts';
import { type Finding, Fuzzer } from './fuzzer.ts';
import type { Target } from './target.ts';

const FILE = 'three-bytes.js';
/** One input in 16 million breaks it; each of its three bytes can be found alone. */
const compile = (): Target['run'] =>
  compileFunction(
    'if (bytes[0] === 0x42) { if (bytes[1] === 0x13) { if (bytes[2] === 0x37) { throw new Error("found") } } }',
    ['bytes'],
    { filename: FILE },
  ) as Target['run'];
const toy = { name: 'toy', maxBytes: 4, words: [], seeds: [] } as const;

const MOST_INPUTS = 100_000;

function fuzz(isOurs: (url: string) => boolean): { finding: Finding | null; fuzzer: Fuzzer } {
  const coverage = new Coverage(isOurs);
  try {
    const fuzzer = new Fuzzer({ ...toy, run: compile() }, coverage, 1);
    let finding = fuzzer.begin([Uint8Array.of(0, 0, 0, 0)]);
    while (finding === null && fuzzer.runs < MOST_INPUTS) finding = fuzzer.step();
    return { finding, fuzzer };
  } finally {
    coverage.close();
  }
}

describe('a fuzzer', () => {
  it('finds by what is reached what chance does not, and makes it small', () => {
    const { finding, fuzzer } = fuzz((url) => url.endsWith(FILE));
    expect(finding?.reason).toMatch(/^Error: found/);
    expect([...(finding?.input ?? [])]).toEqual([0x42, 0x13, 0x37]);
    expect(fuzzer.corpus).toHaveLength(3);
    expect(fuzz(() => false).finding).toBeNull();
  });

  it('takes what is slow each time for a finding', () => {
    const slow: Target = {
      ...toy,
      run: (bytes) => {
        for (const end = performance.now() + 510 * Number(bytes.length === 2); performance.now() < end; );
      },
    };
    const coverage = new Coverage(() => false);
    try {
      const fuzzer = new Fuzzer(slow, coverage, 1);
      expect(fuzzer.begin([Uint8Array.of(1, 2)])?.reason).toBe('took longer than 500 ms');
    } finally {
      coverage.close();
    }
  });
});

describe('common', () => {
  it.each([
    [[[0, 9]], [[3, 5]], [[3, 5]]],
    [
      [
        [0, 4],
        [6, 9],
      ],
      [[2, 7]],
      [
        [2, 4],
        [6, 7],
      ],
    ],
    [[[0, 4]], [[4, 9]], []],
  ] as const)('of %j and %j is %j', (a, b, both) => expect(common(a, b)).toEqual(both));
});

import { describe, expect, it } from 'vitest';
import { parsePlan, promiseOf } from '../../plan/index.ts';

const planOf = (test: string) => parsePlan(`exerciser: edu\ntests:\n- ${test}\n`, 'my.yaml');

describe('a test of the educational device', () => {
  it('is filled in', () => {
    expect(planOf('{ mode: roundtrip, size: 0x38, offset: 0xf88 }').tests).toEqual([
      {
        ...{ name: 'roundtrip/0x38', mode: 'roundtrip', size: 0x38, transactions: 1, offset: 0xf88 },
        ...{ seed: null, timeout_ms: 30_000 },
      },
    ]);
  });

  it.each([
    ['{ mode: memcpy }', 'mode: must be one of roundtrip, upload, download'],
    ['{ mode: roundtrip, size: 12 }', 'size: must be a multiple of 8'],
    ['{ mode: roundtrip, size: 0 }', 'size: must not be 0'],
    ['{ mode: roundtrip, size: 8k }', 'size: '],
    ['{ mode: roundtrip, offset: 8 }', 'size: 4096 bytes at offset 8 do not fit into the 4096 of the device'],
    ['{ mode: upload, size: 2k, transactions: 3 }', 'size: 6144 bytes at offset 0 do not fit'],
    ['{ mode: download }', 'mode: download needs the seed of what was uploaded'],
    ['{ mode: upload, fault: drv }', 'unknown field "fault"'],
  ])('%s is refused', (test, why) => expect(() => planOf(test)).toThrow(why));

  it.each([
    ['{ mode: roundtrip, transactions: 5 }', 10],
    ['{ mode: upload, size: 8, transactions: 5 }', 5],
    ['{ mode: download, size: 8, transactions: 5, seed: 1 }', 5],
  ])('%s promises an interrupt for each DMA: %i', (test, interrupts) => {
    const [step] = planOf(test).tests;
    expect(step && promiseOf(step)).toMatchObject({
      results: { min: 5, max: 5 },
      interrupts: { min: interrupts, max: interrupts },
    });
  });
});

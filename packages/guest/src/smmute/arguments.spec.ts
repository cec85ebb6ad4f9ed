import { describe, expect, it } from 'vitest';
import { step } from '../testing/guest-tree.ts';
import { expectedResults, toolArguments } from './arguments.ts';

describe('toolArguments', () => {
  it('says what the page says', () => {
    expect(toolArguments(step({ transactions: 10 }), '/dev/smmute0').join(' ')).toBe(
      '-m m -s 0x100 -n 10 /dev/smmute0',
    );
  });

  it('says everything that is asked for', () => {
    const all = step({
      mode: 'p2p',
      size: 4096,
      transactions: 3,
      repetitions: 2,
      offset: 16,
      seed: 0,
      check: true,
      fault: 'drv',
    });
    expect(toolArguments(all, '/dev/smmute3').join(' ')).toBe(
      '-m p -s 0x1000 -n 3 -r 2 -o 0x10 -g 0x0 -c -f drv /dev/smmute3',
    );
  });
});

it('expects one result a launch, and two of P2P', () => {
  expect(expectedResults(step({ transactions: 3, repetitions: 4 }))).toBe(12);
  expect(expectedResults(step({ mode: 'p2p', transactions: 3 }))).toBe(6);
});

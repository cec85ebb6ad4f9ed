import { describe, expect, it } from 'vitest';
import { step } from '../../testing/guest-tree.ts';
import { toolArguments } from './arguments.ts';

describe('toolArguments', () => {
  it('says what the page says, and that everything is compared', () => {
    expect(toolArguments(step({ transactions: 10 }), '/dev/smmute0').join(' ')).toBe(
      '-m m -s 0x100 -n 10 -c /dev/smmute0',
    );
  });

  it('says everything that is asked for', () => {
    const all = step({
      mode: 'rand48',
      size: 4096,
      transactions: 3,
      repetitions: 2,
      offset: 16,
      stride: 64,
      depth: 8,
      seed: 0,
      fault: 'stale-write',
    });
    expect(toolArguments(all, '/dev/smmute3').join(' ')).toBe(
      '-m r -s 0x1000 -n 3 -r 2 -o 0x10 --stride 64 --depth 8 -g 0x0 -f stale-write -c /dev/smmute3',
    );
  });
});

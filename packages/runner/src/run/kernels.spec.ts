import { describe, expect, it } from 'vitest';
import { describeKernels, guestsOf } from './kernels.ts';

const kernel = (name: string) => ({
  name,
  release: null,
  kernel: `/${name}`,
  initrd: `/${name}.initrd`,
  kit: `/${name}.kit`,
});

describe('the guests of a run', () => {
  it('are as many as were asked for, and boot what all do', () => {
    expect(guestsOf({ guests: 2 })).toEqual([
      { id: 'guest-1', parts: {}, kernel: null },
      { id: 'guest-2', parts: {}, kernel: null },
    ]);
    expect(describeKernels({ guests: 2 })).toEqual({});
  });

  it('are as many of each kernel, with what belongs to it', () => {
    const options = { guests: 2, kernels: [kernel('a'), kernel('b')] };
    expect(guestsOf(options).map(({ id, kernel, parts }) => [id, kernel, parts.kit])).toEqual([
      ['guest-1', 'a', '/a.kit'],
      ['guest-2', 'a', '/a.kit'],
      ['guest-3', 'b', '/b.kit'],
      ['guest-4', 'b', '/b.kit'],
    ]);
    expect(describeKernels(options)).toEqual({
      kernels: [
        { name: 'a', release: null, guests: ['guest-1', 'guest-2'] },
        { name: 'b', release: null, guests: ['guest-3', 'guest-4'] },
      ],
    });
  });
});

import { parsePlan } from '@coordinator/shared/plan';
import { expect, it } from 'vitest';
import { type Selection, selectTests } from './select-tests.ts';

const plan = parsePlan(
  `tests:
- { mode: memcpy, size: 0x100 }
- { mode: memcpy, size: 0x100 }
- { mode: memcpy, size: 0x100, fault: drv }
- { mode: sum64, size: 1M, name: all-of-it }
`,
  'my.yaml',
);
const names = (selection: Selection) => selectTests(plan, selection).tests.map(({ name }) => name);

it('is the whole plan where nothing is chosen', () => {
  expect(selectTests(plan, {})).toEqual(plan);
});

it.each([
  [['all-of-it'], ['all-of-it']],
  [['memcpy/0x100'], ['memcpy/0x100']],
  [['memcpy*'], ['memcpy/0x100', 'memcpy/0x100#2', 'memcpy/0x100/fault-drv']],
  [
    ['*/fault-*', 'all*'],
    ['memcpy/0x100/fault-drv', 'all-of-it'],
  ],
  [['*'], plan.tests.map(({ name }) => name)],
])('%j is %j, in the order of the plan', (only, expected) => expect(names({ only })).toEqual(expected));

it('repeats what is chosen under names of its own', () => {
  expect(names({ only: ['memcpy/0x100*', 'all*'], repeat: 2 })).toEqual([
    ...['memcpy/0x100', 'memcpy/0x100#2', 'memcpy/0x100/fault-drv', 'all-of-it'],
    ...['memcpy/0x100#3', 'memcpy/0x100#4', 'memcpy/0x100/fault-drv#2', 'all-of-it#2'],
  ]);
});

it('says what there is where a pattern is of no test', () => {
  expect(() => names({ only: ['mem*', 'rand48*'] })).toThrow(
    expect.objectContaining({
      message: '--only rand48*: the plan my.yaml has no such test',
      remedy: expect.stringMatching(/^it has memcpy.*, all-of-it$/),
      exitCode: 2,
    }),
  );
});

it('is never more than a guest runs', () => {
  expect(names({ repeat: 64 })).toHaveLength(256);
  expect(() => names({ repeat: 65 })).toThrow('4 tests 65 times are 260, where a guest runs 256 at most');
});

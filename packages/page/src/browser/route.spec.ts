import { expect, it } from 'vitest';
import { FLAKES, hrefOf, hrefOfComparison, parseRoute } from './route.ts';

it.each([
  ['20261122-184500-x7q2', null],
  ['20261122-184500-x7q2', 'guest-1'],
  ['20261122-184500-x7q2', 'guest-1/7'],
  ['latest', 'a b%/ü'],
])('%s %s goes into an address and out of it', (run, guest) => {
  expect(parseRoute(hrefOf(run, guest))).toEqual({ run, guest, compare: null, flakes: false });
});

it.each(['', '#', '#/', '#/runs', '#token=abc', '#/run/', '#/run/<b>'])('%s is the list', (hash) => {
  expect(parseRoute(hash)).toEqual({ run: null, guest: null, compare: null, flakes: false });
});

it('an address that cannot be read is of no guest', () => {
  expect(parseRoute('#/run/x/%E0%A4%A')).toEqual({ run: 'x', guest: null, compare: null, flakes: false });
});

it('two runs to be compared go into an address and out of it', () => {
  const pair = ['20261122-184500-x7q2', 'latest'] as const;
  expect(parseRoute(hrefOfComparison(...pair))).toEqual({
    ...{ run: null, guest: null, flakes: false },
    compare: pair,
  });
  expect(parseRoute('#/compare/latest').compare).toBeNull();
});

it('which tests fail has an address', () => {
  expect(parseRoute(FLAKES)).toEqual({ run: null, guest: null, compare: null, flakes: true });
});

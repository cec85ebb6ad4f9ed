import { expect, it } from 'vitest';
import { hrefOf, parseRoute } from './route.ts';

it.each([
  ['20261122-184500-x7q2', null],
  ['20261122-184500-x7q2', 'guest-1'],
  ['20261122-184500-x7q2', 'guest-1/7'],
  ['latest', 'a b%/ü'],
])('%s %s goes into an address and out of it', (run, guest) => {
  expect(parseRoute(hrefOf(run, guest))).toEqual({ run, guest });
});

it.each(['', '#', '#/', '#/runs', '#token=abc', '#/run/', '#/run/<b>'])('%s is the list', (hash) => {
  expect(parseRoute(hash)).toEqual({ run: null, guest: null });
});

it('an address that cannot be read is of no guest', () => {
  expect(parseRoute('#/run/x/%E0%A4%A')).toEqual({ run: 'x', guest: null });
});

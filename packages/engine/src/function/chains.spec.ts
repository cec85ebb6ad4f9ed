import { expect, test } from 'vitest';
import { Chains } from './chains.ts';

test('a command of its own has its interrupt at once, or none', () => {
  const chains = new Chains();
  expect(chains.end(3, 7)).toEqual([{ frame: 3, vector: 7 }]);
  expect(chains.end(3, null)).toEqual([]);
});

test('a chain is told when its last command has ended, first ended first; a frame may come twice', () => {
  const chains = new Chains();
  chains.join(1, [0]);
  expect(chains.end(0, 10)).toEqual([]);
  chains.join(0, [1]);
  expect(chains.end(1, null)).toEqual([]);
  expect(chains.end(0, 12).map(({ vector }) => vector)).toEqual([10, 12]);
  expect(chains.end(0, 13)).toEqual([{ frame: 0, vector: 13 }]);
});

test('a command that either of two may have launched makes their chains one', () => {
  const chains = new Chains();
  chains.join(1, [0]);
  chains.join(3, [2]);
  chains.join(4, [0, 2]);
  for (const frame of [0, 1, 2, 3]) expect(chains.end(frame, frame)).toEqual([]);
  expect(chains.end(4, 4)).toHaveLength(5);
});

test('one that both of a chain may have launched joins it once', () => {
  const chains = new Chains();
  chains.join(1, [0]);
  chains.join(2, [0, 1]);
  expect([chains.end(0, 0), chains.end(1, 1)]).toEqual([[], []]);
  expect(chains.end(2, 2)).toHaveLength(3);
});

import { expect, it } from 'vitest';
import { HalfOctaves } from './half-octaves.ts';

it('values are counted in classes half an octave wide, also those between that have none', () => {
  const classes = new HalfOctaves();
  expect(classes.bins()).toEqual([]);
  for (const value of [0, 1, 1000, 1023]) classes.add(value);
  classes.add(1024, 5);
  const bins = classes.bins();
  expect(bins).toHaveLength(21);
  expect(bins[0]).toEqual({ from: 1, to: 1, count: 2 });
  expect(bins.slice(-2)).toEqual([
    { from: 724, to: 1024, count: 2 },
    { from: 1024, to: 1448, count: 5 },
  ]);
});

import { describe, expect, it } from 'vitest';
import { RunChoice } from './run-choice.ts';

describe('the choice of runs', () => {
  it('has two at the most, the earlier one first', () => {
    const choice = new RunChoice();
    for (const run of ['20261122-3', '20261122-1']) choice.toggle(run);
    expect(choice.runs).toEqual(['20261122-1', '20261122-3']);
    choice.toggle('20261122-2');
    expect(choice.runs).toEqual(['20261122-1', '20261122-2']);
    choice.toggle('20261122-1');
    expect(choice.runs).toEqual(['20261122-2']);
    choice.clear();
    expect(choice.runs).toEqual([]);
  });
});

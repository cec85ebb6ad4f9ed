import { afterEach, beforeEach, expect } from 'vitest';
import { RunsFolder } from './coordinator.ts';
import { leftovers } from './processes.ts';

/** A new folder for the runs of each test of a file; when the test is over it is gone, and so are all processes. */
export function freshRuns(): RunsFolder {
  const runs = new RunsFolder();
  beforeEach(() => runs.renew());
  afterEach(() => {
    runs.remove();
    expect(leftovers()).toEqual([]);
  });
  return runs;
}

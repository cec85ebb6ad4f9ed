export { compareMeasured, compareRuns } from './compare.ts';
export { type Comparison, comparisonSchema } from './comparison.ts';
export { type MeasuredRun, measureRun } from './measured-run.ts';
export { type ReadMeasured, readMeasured } from './read-measured.ts';

export { isInLab } from './in-lab.ts';
export { type LabRunOptions, runInLab } from './run-in-lab.ts';

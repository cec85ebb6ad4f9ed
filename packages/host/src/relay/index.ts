export { type LabRunOptions, runInLab } from './run-in-lab.ts';

export { stageDescriptions } from './boot-progress.ts';
export type { ExecExit } from './exec/protocol.ts';
export { describeState, endLab, Lab } from './lab.ts';
export { LabFolder } from './lab-folder.ts';
export { type Iommu, iommuKinds } from './machine.ts';
export { bringIntoLab, LAB_RUNS_FOLDER, type LabRunOptions, runInLab } from './run-in-lab.ts';

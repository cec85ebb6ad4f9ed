export { type LabStage, stageDescriptions } from './boot-progress.ts';
export type { ExecExit } from './exec/protocol.ts';
export { describeState, endLab, Lab } from './lab.ts';
export { LabFolder } from './lab-folder.ts';
export { type Iommu, iommuKinds } from './machine.ts';
export { LAB_RUNS_FOLDER, LAB_VARIABLE, type LabRunOptions, runInLab } from './run-in-lab.ts';
export { type LabTestOptions, testInLab } from './test-in-lab.ts';

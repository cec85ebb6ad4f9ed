export { type LabStage, stageDescriptions } from './boot-progress.ts';
export { labExercisers, MOST_LAB_DEVICES } from './exerciser/index.ts';
export { type Iommu, iommuKinds } from './iommu.ts';
export { describeState, endLab, Lab } from './lab.ts';
export { LabFolder } from './lab-folder.ts';
export { LAB_FUNCTIONS, LAB_GUEST_MEMORY_MIB } from './machine.ts';
export { ensureSavedLab } from './saved-lab.ts';

export { LAB_NAMES } from './lab-init.ts';
export { PACK_LAYOUT } from './pack.ts';
export { type LabFiles, setUpLab, writePack } from './set-up.ts';
export type { LabSetUpOptions, LabSources } from './state.ts';

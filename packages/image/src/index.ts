export { defaultCacheDirectory } from './cache/cache.ts';
export { type CheckItem, checkSetUp } from './check.ts';
export { SetUpError, type SetUpErrorCode } from './errors.ts';
export {
  LAB_NAMES,
  type LabFiles,
  type LabSetUpOptions,
  PACK_LAYOUT,
  setUpLab,
  writePack,
} from './lab/index.ts';
export type { PlatformFiles, SetUpOptions } from './options.ts';
export type { SourceChange } from './plan.ts';
export type { OnProgress, SetUpProgress } from './progress.ts';
export type { Qemu } from './qemu/find.ts';
export { QUICK_BOOT_ARGUMENTS } from './recipe.ts';
export { setUp } from './set-up.ts';
export { setUpVsock, type VsockSetUpOptions } from './vsock/set-up.ts';

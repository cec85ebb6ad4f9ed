export { QUICK_BOOT_ARGUMENTS } from './artifacts/kernel.ts';
export { LAB_NAMES, LAB_TEMPLATE } from './artifacts/lab-initrd.ts';
export { PACK_LAYOUT } from './artifacts/pack.ts';
export type { SourceChange } from './artifacts/sources.ts';
export { type Hashable, hashValue } from './cache/hash.ts';
export { SetUpError, type SetUpErrorCode } from './errors.ts';
export type { CheckItem } from './graph/check.ts';
export {
  formatPackageChanges,
  type OnPackages,
  type PackageChange,
  type PackageChanges,
  type PinReason,
} from './graph/pin-changes.ts';
export type { OnProgress, SetUpProgress } from './graph/progress.ts';
export { isBuiltKernel, isNamedKernel } from './kernel/names.ts';
export { requireOptions } from './kernel/needs.ts';
export type { Qemu } from './qemu/find.ts';
export { parseQemuVersion } from './qemu/probe.ts';
export { type BrowserSetUpOptions, setUpBrowser } from './set-up/browser.ts';
export { findSdk, type Sdk } from './set-up/find-sdk.ts';
export { checkSetUp, openCache, setUp } from './set-up/guests.ts';
export { type KernelTreeOptions, writeKernelTree } from './set-up/kernel-tree.ts';
export type { GuestKernel } from './set-up/kernels.ts';
export { type LabFiles, setUpLab, writePack } from './set-up/lab.ts';
export type { LabSetUpOptions, PlatformFiles, SetUpOptions } from './set-up/options.ts';
export { setUpValkey, type ValkeySetUpOptions } from './set-up/valkey.ts';
export { setUpVsock, type VsockSetUpOptions } from './set-up/vsock.ts';

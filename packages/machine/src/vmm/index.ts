export { startVmmChild, type VmmChild, type VmmCommand } from './child.ts';
export { endEarlyVmm, firstStandby, startEarlyVmm, type VmmStart } from './early-vmm.ts';
export { checkKernelImage } from './kernel-image.ts';
export type { VmmAbility, VmmKind } from './kind.ts';
export { vmmCalled, vmms } from './kinds.ts';
export { findLkvm, type Lkvm, namedLkvm } from './lkvm/find.ts';
export { lkvmInstance } from './lkvm/instance.ts';
export { listLkvm, startLkvm } from './lkvm/lkvm.ts';
export { checkLkvmProgram } from './lkvm/program.ts';
export {
  type FunctionPlace,
  functionArguments,
  type GuestFunction,
  type QemuMachine,
  qemuArguments,
  type RestoredMachine,
  restoredArguments,
} from './qemu/arguments.ts';
export { tryConnect, untilConnected } from './qemu/connect.ts';
export { connectControl, type QemuControl } from './qemu/control.ts';
export { emulatedArguments, escapeValue, shareArguments } from './qemu/devices.ts';
export { qemuEnvironment } from './qemu/environment.ts';
export { plugFunction } from './qemu/hot-plug.ts';
export {
  fillMemory,
  MEMORY_BACKEND,
  type SavedMemory,
  type SavedState,
  savedMemory,
  sealedMemory,
} from './qemu/memory.ts';
export {
  restoreQemu,
  type StandingGuest,
  startQemu,
  startTemplate,
  type WakingMachine,
} from './qemu/qemu.ts';
export { batchLauncher } from './qemu/scheduling.ts';
export type { GuestMachine, GuestVsock, MachineParts, Share, Vmm, VmmExit, VmmOptions } from './vmm.ts';

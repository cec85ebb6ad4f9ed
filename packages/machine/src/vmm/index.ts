export { startVmmChild, type VmmChild, type VmmCommand } from './child.ts';
export { checkKernelImage } from './kernel-image.ts';
export { findLkvm, type Lkvm, namedLkvm } from './lkvm/find.ts';
export { lkvmInstance, removeLkvmSocket } from './lkvm/instance.ts';
export { listLkvm, startLkvm } from './lkvm/lkvm.ts';
export { checkLkvmProgram } from './lkvm/program.ts';
export { type GuestFunction, type QemuMachine, qemuArguments } from './qemu/arguments.ts';
export { startQemu } from './qemu/qemu.ts';
export type { GuestMachine, GuestVsock, Share, Vmm, VmmExit } from './vmm.ts';

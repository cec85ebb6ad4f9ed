export { startVmmChild, type VmmChild, type VmmCommand } from './child.ts';
export { findLkvm, type Lkvm } from './lkvm/find.ts';
export { listLkvm, startLkvm } from './lkvm/lkvm.ts';
export { type GuestFunction, type QemuMachine, qemuArguments } from './qemu/arguments.ts';
export { tryConnect } from './qemu/connect.ts';
export { escapeValue, shareArguments } from './qemu/devices.ts';
export { restoreQemu, startQemu, startTemplate } from './qemu/qemu.ts';
export type { GuestMachine, GuestVsock, Share, Vmm, VmmExit } from './vmm.ts';

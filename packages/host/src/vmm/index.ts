export { type GuestFunction, type QemuMachine, qemuArguments } from './qemu/arguments.ts';
export { type QemuCommand, startQemu } from './qemu/qemu.ts';
export { TextTail } from './text-tail.ts';
export type { GuestMachine, Share, Vmm, VmmExit } from './vmm.ts';

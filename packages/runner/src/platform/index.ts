export { chooseFunctions } from './choose.ts';
export { HostPlatform } from './host.ts';
export type { HostVmm } from './host-vmm/host-vmm.ts';
export { LkvmOnHost } from './host-vmm/lkvm.ts';
export { QemuOnHost } from './host-vmm/qemu.ts';
export type { Lease, Platform } from './platform.ts';
export { Pool } from './pool.ts';
export { VirtualPlatform } from './virtual.ts';

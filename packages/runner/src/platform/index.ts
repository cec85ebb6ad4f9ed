export { chooseFunctions } from './choose.ts';
export { HostPlatform, type HostVmm } from './host.ts';
export type { Lease, Platform } from './platform.ts';
export { Pool } from './pool.ts';
export { VirtualPlatform } from './virtual.ts';

export type { KernelFinding } from './fault.ts';
export { isTellingIommu, KernelLog, type KernelLogListener, type KernelWatch } from './kernel-log.ts';
export { whyNoKmsg } from './kmsg.ts';
export { requesterId } from './requester.ts';

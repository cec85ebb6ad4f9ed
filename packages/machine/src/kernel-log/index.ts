export type { KernelFinding } from './fault.ts';
export { KernelLog, type KernelLogListener, type KernelWatch } from './kernel-log.ts';
export { requesterId } from './requester.ts';

export { findLocalQueue, type LocalQueue, startLocalQueue, stopLocalQueue } from './local-queue.ts';

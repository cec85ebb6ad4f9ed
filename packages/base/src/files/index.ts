export { allocatedBytes } from './allocated.ts';
export { temporaryNameFor, writeFileAtomic } from './atomic.ts';
export { type Line, readLines } from './read-lines.ts';
export { openRegular, removeTree } from './untrusted.ts';

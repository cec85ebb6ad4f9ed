export { allocatedBytes } from './allocated.ts';
export { temporaryNameFor, writeFileAtomic } from './atomic.ts';
export { BoundedLines } from './bounded-lines.ts';
export { type Line, MAX_LINE_BYTES, readLines } from './read-lines.ts';
export { openRegular, removeTree } from './untrusted.ts';

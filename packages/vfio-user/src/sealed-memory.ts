/** For a VMM that fills the memory of its guest before the guest has it. */
export { createSealedMemory } from './syscalls/index.ts';

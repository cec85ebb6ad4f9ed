/** For a VMM that fills the memory of its guest before the guest has it. */
export { createGuestMemory } from './syscalls/index.ts';

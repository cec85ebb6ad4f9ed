export { closeFd, setNonBlocking } from '../syscalls/index.ts';
export { Command } from '../wire/protocol.ts';
export { buildProgram } from './build-program.ts';
export { access, Client, makeGuestMemory, type Reply, takeEvents } from './client.ts';

export { closeFd, setNonBlocking } from '../syscalls/index.ts';
export { Command } from '../wire/protocol.ts';
export { access, Client, makeGuestMemory, type Reply, takeEvents } from './client.ts';

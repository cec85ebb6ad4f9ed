export { DescriptorChannel } from './descriptor-channel.ts';
export { readBytes, setNonBlocking, writeBytes } from './descriptors.ts';
export { createEventfd, isEventfd, signalEventfd } from './eventfd.ts';
export { closeFd, Errors, type PinnedBytes, pin, SystemCallError } from './libc.ts';
export { PollEvent, Poller } from './poller.ts';
export {
  createGuestMemory,
  describeFile,
  type FileDescription,
  mapShared,
  type SharedMapping,
} from './shared-memory.ts';
export { acceptUnix, connectUnix, listenUnix, sendBytes } from './unix-socket.ts';

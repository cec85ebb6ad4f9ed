export { DescriptorChannel } from './syscalls/descriptor-channel.ts';
export { readBytes, setNonBlocking, writeBytes } from './syscalls/descriptors.ts';
export { createEventfd, isEventfd, signalEventfd } from './syscalls/eventfd.ts';
export { closeFd, Errors, type PinnedBytes, pin, SystemCallError } from './syscalls/libc.ts';
export { PollEvent, Poller } from './syscalls/poller.ts';
export {
  createMemfd,
  describeFile,
  type FileDescription,
  mapShared,
  type SharedMapping,
  sealAgainstShrinking,
} from './syscalls/shared-memory.ts';
export { acceptUnix, connectUnix, listenUnix, sendBytes } from './syscalls/unix-socket.ts';

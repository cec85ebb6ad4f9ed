export { AgentInbox } from './agent-inbox.ts';
export {
  type Channel,
  ChannelError,
  type ChannelListener,
  type InboxListener,
  MAX_CHANNEL_BYTES,
} from './channel.ts';
export { CHANNEL_FILE, COMMANDS_FILE, GuestChannel } from './guest-channel.ts';
export { MessageReader } from './message-reader.ts';
export type { VsockEndpoint, VsockProvider } from './vsock/endpoint.ts';
export { KernelVsock } from './vsock/kernel-vsock.ts';
export { UserVsock } from './vsock/user-vsock.ts';

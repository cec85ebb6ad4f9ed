export type { Channel, ChannelListener } from './channel.ts';
export { MessageReader } from './message-reader.ts';
export { CHANNEL_FILE, SharedFileChannel } from './shared-file.ts';

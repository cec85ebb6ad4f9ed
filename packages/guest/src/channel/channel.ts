import type { AgentMessage } from '@coordinator/shared/message';

/** The way to the host. */
export interface Channel {
  /** @throws ChannelError when the message cannot be handed over. */
  send(message: AgentMessage): void;
}

export class ChannelError extends Error {
  override readonly name = 'ChannelError';
}

import type { AgentMessage } from '@coordinator/shared/message';

/** The way to the host. */
export interface Channel {
  /** @throws ChannelError when the message cannot be handed over. */
  send(message: AgentMessage): void;
  /** Resolves when there is room for more; whoever sends much waits for it between two messages. */
  room(): Promise<void>;
  /** Resolves when the host has, or will find, all that was sent. */
  flush(): Promise<void>;
}

export class ChannelError extends Error {
  override readonly name = 'ChannelError';
}

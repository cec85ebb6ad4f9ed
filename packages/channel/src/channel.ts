import type { AgentMessage, HostCommand } from '@coordinator/shared/message';
import type { ChannelUse } from '@coordinator/shared/report';

/** What an inbox has to tell about its guest's agent, in order. */
export interface InboxListener {
  onMessage(message: AgentMessage): void;
  /** Something was lost, damaged or not understood: one sentence. What came after it is still delivered. */
  onProblem(problem: string): void;
}

/** What a channel has to tell. */
export interface ChannelListener extends InboxListener {
  /** The way the agent's messages take from now on. */
  onUse(use: ChannelUse): void;
  /** Worth telling, though nothing is lost: one sentence. */
  onNotice(text: string): void;
}

/** What an agent may say, in bytes: more than any run says. One that goes on is ended. */
export const MAX_CHANNEL_BYTES = 512 * 2 ** 20;

/** The way an agent's messages come out of its guest, and commands go in. */
export interface Channel {
  /**
   * Hands a command to the agent. Resolves when the agent has taken it.
   * @throws ChannelError when too many wait to be taken, or the channel was finished before this one was.
   */
  send(command: HostCommand): Promise<void>;
  /** Delivers what has arrived by now. Never rejects. */
  catchUp(): Promise<void>;
  /** Delivers whatever has arrived and not been looked at yet; for when the guest has ended. Then closes. */
  finish(): Promise<void>;
}

export class ChannelError extends Error {
  override readonly name = 'ChannelError';
}

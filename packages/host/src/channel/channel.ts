import type { AgentMessage } from '@coordinator/shared/message';

/** What a channel has to tell about its guest's agent, in order. */
export interface ChannelListener {
  onMessage(message: AgentMessage): void;
  /** Something was lost, damaged or not understood: one sentence. What came after it is still delivered. */
  onProblem(problem: string): void;
}

/** The way an agent's messages come out of its guest. */
export interface Channel {
  /** Delivers whatever has arrived and not been looked at yet; for when the guest has ended. Then closes. */
  finish(): Promise<void>;
}

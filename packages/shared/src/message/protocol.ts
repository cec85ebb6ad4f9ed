/**
 * What an agent needs to know of the messages besides their types. Apart from the schema, so that the agent's bundle
 * stays small.
 */

/** Version of the messages; a host refuses an agent that speaks another. */
export const PROTOCOL_VERSION = 2;

/** The agent's work in order, from when the host knows of it. */
export const stagesAfterHello = [
  'probe',
  'interrupts-before',
  'tests',
  'interrupts-after',
  /** Waits for commands; only a job that says `stay` has it. */
  'idle',
  'bye',
] as const;

/** All of it. A time-out names the stage that ran out. */
export const agentStages = ['mount', 'hello', ...stagesAfterHello] as const;
export type AgentStage = (typeof agentStages)[number];

/** The largest number a round may have. */
export const maxRound = 2 ** 32 - 1;

export const testOutcomes = ['pass', 'fail', 'skip'] as const;
export type TestOutcome = (typeof testOutcomes)[number];

/** The longest strings a message may carry, in UTF-16 code units. */
export const messageLimits = {
  name: 128,
  /** A reason or a line of a log. */
  line: 2000,
  /** What a test printed. */
  output: 16_384,
  /** /proc/interrupts. */
  interrupts: 256 * 1024,
  /** Interrupts of a function: MSI-X has no more. */
  numbers: 2048,
} as const;

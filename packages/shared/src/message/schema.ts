import * as z from 'zod';
import { subTestLimits } from '../exerciser/index.ts';
import { MAX_LATENCY_BUCKETS } from '../latency/index.ts';
import { agentStages, maxRound, messageLimits, testOutcomes } from './protocol.ts';

/**
 * What a guest's agent tells the host, one message a frame, packed with MessagePack. A guest is not trusted:
 * every string and number has a bound, and fields not named here are refused.
 */

const name = z.string().min(1).max(messageLimits.name);
const line = z.string().max(messageLimits.line);
const count = z
  .int()
  .min(0)
  .max(2 ** 48);
const milliseconds = z
  .number()
  .min(0)
  .max(2 ** 40);

const subtest = z.strictObject({
  name: z.string().min(1).max(messageLimits.name),
  outcome: z.enum(testOutcomes),
  message: z.string().max(subTestLimits.message).nullable(),
  depth: z.int().min(0).max(subTestLimits.depth),
});

export const messageSchema = z.discriminatedUnion('type', [
  /** First message of every agent. */
  z.strictObject({
    type: z.literal('hello'),
    protocol: z.int(),
    agent: z.strictObject({ version: name, runtime: z.enum(['quickjs', 'node']) }),
    /** `uname -r`. */
    kernel: name,
    /** `uname -m`. */
    machine: name,
    /** CPUs online. */
    cpus: z.int().min(1).max(8192),
    memory_bytes: count,
    /** Milliseconds from the kernel's start to the agent's. */
    uptime_ms: milliseconds,
  }),
  z.strictObject({ type: z.literal('stage'), stage: z.enum(agentStages) }),
  /** Sent every second while the agent lives, so that a stalled agent is told from a long test. */
  z.strictObject({ type: z.literal('heartbeat'), uptime_ms: milliseconds }),
  /** The exerciser's function as the guest sees it; what is missing is null. */
  z.strictObject({
    type: z.literal('device'),
    bdf: name.nullable(),
    driver: name.nullable(),
    node: name.nullable(),
  }),
  z.strictObject({ type: z.literal('test-begin'), name, limit_ms: milliseconds }),
  z.strictObject({
    type: z.literal('test-end'),
    name,
    outcome: z.enum(testOutcomes),
    /** Transactions that the tool reported a result for. */
    transactions: count,
    /** How many of them raise no interrupt because they were refused as misconfigured. */
    misconfigured: count,
    /** How many the device aborted. */
    aborted: count,
    /** Commands the device was given for them, where that is not one a transaction. Each may raise one interrupt. */
    commands: count.optional(),
    duration_ms: milliseconds,
    /** Why it did not pass, in one sentence; null when it passed. */
    message: line.nullable(),
    /** The last of what the tool printed, when it did not pass. */
    output: z.string().max(messageLimits.output).nullable(),
    /** Microseconds per transaction as the tool measured them: smallest, median, largest. */
    transaction_us: z.strictObject({ min: milliseconds, median: milliseconds, max: milliseconds }).nullable(),
    /** Every transaction's duration: pairs of microseconds and count. */
    latency_us: z.array(z.tuple([milliseconds, count])).max(MAX_LATENCY_BUCKETS),
    /** Of a test that is a program of the user's: how it ended, and its sub-tests. See ProgramReport. */
    program: z
      .strictObject({
        status: z.int().min(0).max(255).nullable(),
        planned: count.nullable(),
        results: count,
        subtests: z.array(subtest).max(subTestLimits.listed),
        unlisted: count,
        unlisted_failed: count,
        problem: line.nullable(),
      })
      .optional(),
  }),
  /** /proc/interrupts as it was read. */
  z.strictObject({
    type: z.literal('interrupts'),
    when: z.enum(['before', 'after']),
    /** The test it was read after; null before the first and after the last. */
    test: name.nullable(),
    text: z.string().max(messageLimits.interrupts),
    /** Labels of the device's rows in it, where their names do not tell which they are. */
    numbers: z.array(z.string().max(10)).max(messageLimits.numbers).optional(),
    /** For how long it was read again because interrupts were missing; 0 when none were. */
    waited_ms: milliseconds,
  }),
  z.strictObject({ type: z.literal('log'), level: z.enum(['info', 'warning', 'error']), text: line }),
  /** A round that the host asked for with a `run` command; its tests and interrupts come between the two. */
  z.strictObject({ type: z.literal('round-begin'), round: z.int().min(0).max(maxRound) }),
  z.strictObject({ type: z.literal('round-end'), round: z.int().min(0).max(maxRound) }),
  /** A file the agent left in the guest's result folder. */
  z.strictObject({ type: z.literal('artifact'), name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/) }),
  /** The agent cannot go on; nothing but `bye` follows. */
  z.strictObject({ type: z.literal('trouble'), stage: z.enum(agentStages), reason: line }),
  /** Last message: all that there was to say has been said, and the guest powers off. */
  z.strictObject({ type: z.literal('bye') }),
]);

export type AgentMessage = z.infer<typeof messageSchema>;

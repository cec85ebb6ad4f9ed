import * as z from 'zod';
import { exerciserNames } from '../exerciser/index.ts';
import { testOutcomes } from '../message/protocol.ts';
import { faultKinds, outcomes } from './kinds.ts';
import { faultVerdicts, outcomeCountsSchema, stressResultSchema } from './stress.ts';

/**
 * The JSON report. Names and meanings are a published interface: fields may be added, never changed.
 * The same schemas check what `coordinator report` reads back.
 */

/** What kind of `error` a guest ended in: lost after it had started, never got to run, or stopped by the user. */
export const errorKinds = ['lost', 'setup', 'interrupted'] as const;
export type ErrorKind = (typeof errorKinds)[number];

/** How a guest reported; `vsock→file`: over vsock until that broke, then over the shared file. */
export const channelUses = ['file', 'vsock', 'vsock→file'] as const;
export type ChannelUse = (typeof channelUses)[number];

/** How a guest starts: it boots, or goes on from where another was saved. */
export const guestStarts = ['cold', 'snapshot'] as const;
export type GuestStart = (typeof guestStarts)[number];

export const deviceSchema = z.object({
  host_bdf: z.string().nullable(),
  guest_bdf: z.string().nullable(),
  driver: z.string().nullable(),
  node: z.string().nullable(),
});

export const testResultSchema = z.object({
  name: z.string(),
  /** Of a sub-test that a program told of: the test that it is of. */
  parent: z.string().optional(),
  outcome: z.enum(testOutcomes),
  transactions: z.number(),
  misconfigured: z.number(),
  /** Absent in reports of earlier versions. */
  aborted: z.number().optional(),
  /** Interrupts that the device raised for this test, where they were read after each. */
  interrupts: z.number().optional(),
  /** Commands the device was given, where that is not one a transaction. */
  commands: z.number().optional(),
  duration_ms: z.number(),
  message: z.string().nullable(),
  output: z.string().nullable(),
  transaction_us: z.object({ min: z.number(), median: z.number(), max: z.number() }).nullable(),
  /** Every transaction's duration: pairs of microseconds and count, within 2%. Absent in earlier reports. */
  latency_us: z.array(z.tuple([z.number(), z.number()])).optional(),
});

export const interruptsSchema = z.object({
  device_total: z.number(),
  cpus: z.array(z.number()),
  rows: z.array(
    z.object({
      irq: z.string(),
      action: z.string(),
      chip: z.string(),
      hwirq: z.number().nullable(),
      before: z.array(z.number()),
      after: z.array(z.number()),
      delta: z.array(z.number()),
    }),
  ),
});

export const warningSchema = z.object({ kind: z.string(), line: z.string() });

/** How a guest, or a try of it, ended. */
export const endingFields = {
  outcome: z.enum(outcomes),
  error_kind: z.enum(errorKinds).nullable(),
  reason: z.string().nullable(),
} as const;

/** What a guest's kernel died of, or broke by, where it printed a trace. */
export const crashFields = {
  /** The same for the same crash: made of its cause and its innermost functions, without addresses and numbers. */
  fingerprint: z.string().optional(),
  /** The functions it was in, the innermost first: `name+0x1c/0x40 [module]`. */
  trace: z.array(z.string()).optional(),
} as const;

/** A kernel of a run: as it was asked for, what `uname -r` says on it where that was known before, and its guests. */
export const kernelSchema = z.object({
  name: z.string(),
  release: z.string().nullable(),
  guests: z.array(z.string()),
});

/** What a run is, as its first event and its report say it. */
export const runFields = {
  run: z.string(),
  command: z.array(z.string()),
  coordinator: z.string(),
  platform: z.string(),
  vmm: z.string(),
  vmm_version: z.string().nullable(),
  channel: z.string(),
  start: z.string(),
  plan: z.string(),
  /** Absent in runs of earlier versions: smmute. */
  exerciser: z.enum(exerciserNames).optional(),
  /** Which guests have which kernel, where a run has been asked for more than one. */
  kernels: z.array(kernelSchema).optional(),
} as const;

/** A try that did not pass and was followed by another. */
export const attemptSchema = z.object({
  ...endingFields,
  duration_ms: z.number(),
  /** As that of the guest. */
  host: z.string().optional(),
});

/** How long a guest was in a phase of its life: see `guestPhases`. */
export const phaseTimeSchema = z.object({ phase: z.string(), duration_ms: z.number() });

/** A fault that `--chaos` injected. */
export const faultSchema = z.object({
  kind: z.enum(faultKinds),
  /** Null while the guest runs. */
  verdict: z.enum(faultVerdicts).nullable(),
});

export const guestResultSchema = z.object({
  id: z.string(),
  ...endingFields,
  /** Of a run over a fleet: the host that it was on, or was sent to last. */
  host: z.string().optional(),
  /** From the VMM's start to the agent's hello; null when it never came. */
  boot_ms: z.number().nullable(),
  duration_ms: z.number(),
  /** Where that time went, in order. Absent in reports of earlier versions. */
  phases: z.array(phaseTimeSchema).optional(),
  kernel: z.string().nullable(),
  device: deviceSchema,
  /** Absent in reports of earlier versions, and when the guest never started. */
  channel: z.enum(channelUses).optional(),
  /** Whether it booted or was restored; absent as `channel`. */
  start: z.enum(guestStarts).optional(),
  /** The whole command line of its VMM; absent as `channel`. */
  vmm_command: z.array(z.string()).optional(),
  tests: z.array(testResultSchema),
  interrupts: interruptsSchema.nullable(),
  warnings: z.array(warningSchema),
  artifacts: z.array(z.string()),
  /** The tries before this one, oldest first. */
  attempts: z.array(attemptSchema).default([]),
  /** Passed, but not at the first try. */
  flaky: z.boolean().default(false),
  fault: faultSchema.nullable().default(null),
  ...crashFields,
  /** Of a round of a stress run: what its plan was made from, and the command line that runs it again. */
  seed: z.number().optional(),
  repeat: z.string().optional(),
});

export const reportSchema = z.object({
  version: z.literal(1),
  ...runFields,
  outcome: z.enum(outcomes),
  exit_code: z.number(),
  /** Why the run as a whole failed, when it is not a guest's doing. */
  reason: z.string().nullable(),
  started: z.string(),
  duration_ms: z.number(),
  /**
   * Of a stress run: the rounds that are kept, which are those that failed, were flaky or had a fault missed, and each
   * guest's last one.
   */
  guests: z.array(guestResultSchema),
  /** The most guests that ran at the same time. Absent in earlier reports. */
  guests_together: z.number().optional(),
  /** What the seeds of the tests came from, if `--seed` was given or the run is a stress run. */
  seed: z.number().optional(),
  /** Of a stress run alone, as all that follows: rounds that ended. */
  rounds: z.number().optional(),
  transactions: z.number().optional(),
  guests_per_minute: z.number().optional(),
  outcomes: outcomeCountsSchema.optional(),
  stress: stressResultSchema.optional(),
});

export type Device = z.infer<typeof deviceSchema>;
export type TestResult = z.infer<typeof testResultSchema>;
export type InterruptsResult = z.infer<typeof interruptsSchema>;
export type Warning = z.infer<typeof warningSchema>;
export type PhaseTime = z.infer<typeof phaseTimeSchema>;
export type Attempt = z.infer<typeof attemptSchema>;
export type GuestResult = z.infer<typeof guestResultSchema>;
export type Report = z.infer<typeof reportSchema>;

import * as z from 'zod';
import { stagesAfterHello } from '../message/protocol.ts';
import {
  channelUses,
  crashFields,
  deviceSchema,
  endingFields,
  faultKinds,
  faultVerdicts,
  guestStarts,
  interruptsSchema,
  outcomes,
  runFields,
  stressPlanSchema,
  stressResultSchema,
  testResultSchema,
  warningSchema,
} from '../report/index.ts';

/**
 * A run is an ordered stream of events, kept as one JSON object a line in the run's `events.jsonl`. Reporters, the
 * live page and the report only listen to it. `at_ms` counts from the run's start.
 */

/** Where a guest is in its life; a time-out names the phase that ran out. */
export const guestPhases = [
  'queued',
  'starting',
  'boot',
  'hello',
  ...stagesAfterHello,
  /** Stays for people to look at: see `--hold`. */
  'held',
  'power-off',
  'ended',
] as const;
export type GuestPhase = (typeof guestPhases)[number];

const at_ms = z.number();
const guest = z.string();

export const runEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run-started'),
    at_ms,
    ...runFields,
    /** Names of the tests each guest will run, for progress. */
    tests: z.array(z.string()),
    started: z.string(),
    guests: z.array(z.string()),
    /** What the seeds of the tests come from. */
    seed: z.number().optional(),
    /** A stress run: events are of rounds, which are named GUEST/NUMBER. */
    stress: stressPlanSchema.optional(),
  }),
  z.object({
    type: z.literal('guest-started'),
    at_ms,
    guest,
    pid: z.number(),
    device: deviceSchema,
    /** Absent in records of earlier versions. */
    start: z.enum(guestStarts).optional(),
    /** The VMM's whole command line; absent as `start`. */
    vmm_command: z.array(z.string()).optional(),
  }),
  /** A run over a fleet: the host that the guest, or this try of it, was sent to. */
  z.object({ type: z.literal('guest-placed'), at_ms, guest, host: z.string() }),
  /** `limit_ms` is how long the phase may take; `detail` names what it waits for or which test runs. */
  z.object({
    type: z.literal('guest-phase'),
    at_ms,
    guest,
    phase: z.enum(guestPhases),
    detail: z.string().nullable(),
    limit_ms: z.number().nullable(),
  }),
  z.object({
    type: z.literal('guest-hello'),
    at_ms,
    guest,
    boot_ms: z.number(),
    /** From the kernel's start to the agent's, by the guest's own clock. */
    uptime_ms: z.number(),
    kernel: z.string(),
    machine: z.string(),
    cpus: z.number(),
    memory_bytes: z.number(),
    agent: z.string(),
    runtime: z.string(),
  }),
  /** The way the guest's messages take, said at its start and whenever it changes. */
  z.object({ type: z.literal('guest-channel'), at_ms, guest, channel: z.enum(channelUses) }),
  /** A guest that stays for more than one round begins or ends one. */
  z.object({
    type: z.literal('guest-round'),
    at_ms,
    guest,
    round: z.number(),
    state: z.enum(['begin', 'end']),
  }),
  /** It stays for people to look at, until they release it: what it comes to if nothing goes wrong after that. */
  z.object({ type: z.literal('guest-held'), at_ms, guest, ...endingFields }),
  z.object({ type: z.literal('guest-device'), at_ms, guest, device: deviceSchema }),
  z.object({ type: z.literal('guest-test'), at_ms, guest, test: testResultSchema }),
  z.object({ type: z.literal('guest-interrupts'), at_ms, guest, interrupts: interruptsSchema }),
  z.object({ type: z.literal('guest-warning'), at_ms, guest, warning: warningSchema }),
  z.object({
    type: z.literal('guest-log'),
    at_ms,
    guest,
    level: z.enum(['info', 'warning', 'error']),
    text: z.string(),
  }),
  z.object({ type: z.literal('guest-artifact'), at_ms, guest, name: z.string() }),
  /** A stress run begins a round: `repeat` is the command line that runs it again, alone. */
  z.object({
    type: z.literal('guest-begins'),
    at_ms,
    guest,
    seed: z.number(),
    repeat: z.string(),
  }),
  /** `--chaos` is about to strike; `detail` says where. */
  z.object({
    type: z.literal('guest-fault'),
    at_ms,
    guest,
    kind: z.enum(faultKinds),
    detail: z.string(),
  }),
  /** A try ended, and another one follows: what was told of the guest so far was of that try. */
  z.object({
    type: z.literal('guest-retry'),
    at_ms,
    guest,
    ...endingFields,
    duration_ms: z.number(),
  }),
  z.object({
    type: z.literal('guest-ended'),
    at_ms,
    guest,
    ...endingFields,
    duration_ms: z.number(),
    ...crashFields,
    /** What became of the fault that was injected, if one was. */
    verdict: z.enum(faultVerdicts).optional(),
  }),
  /** All figures of a stress run so far. */
  z.object({ type: z.literal('stress-progress'), at_ms, stress: stressResultSchema }),
  z.object({ type: z.literal('run-notice'), at_ms, text: z.string() }),
  z.object({
    type: z.literal('run-ended'),
    at_ms,
    outcome: z.enum(outcomes),
    exit_code: z.number(),
    reason: z.string().nullable(),
  }),
]);

export type RunEvent = z.infer<typeof runEventSchema>;
export type RunEventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;
/** An event before the run has stamped it. */
export type UnstampedEvent = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'at_ms'>
    : never
  : never;

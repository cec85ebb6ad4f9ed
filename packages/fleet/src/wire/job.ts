import { vmmNames } from '@coordinator/shared/vmm';
import * as z from 'zod';
import { guestId, hostName, instant, jobId, nonce, runId, session, sha256, version } from './fields.ts';

const MAX_JOB_GUESTS = 256;
/** A longer plan is none: see `parsePlan`. */
const MAX_PLAN_CHARACTERS = 256 * 1024;
const milliseconds = z
  .int()
  .min(1)
  .max(30 * 24 * 3600 * 1000);
/** Words for a kernel or a VMM: no control characters. */
const word = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^\P{Cc}*$/u);

/** A file that travels by its content; `bytes` long. It has no name: none of the sender's can lead anywhere. */
const blobSchema = z.strictObject({ sha256, bytes: z.int().min(1) });
export type Blob = z.infer<typeof blobSchema>;

/** The kernel of a job's guests: one of Debian's, by its name, or a file. */
const kernelSchema = z.union([
  z.strictObject({ name: z.string().regex(/^debian(:[A-Za-z0-9.+~-]{1,64})?$/) }),
  z.strictObject({ name: word, file: blobSchema }),
]);

/** What a worker runs: some of the guests of a run, once each. Fields are as in `TestOptions`; times in ms, memory in MiB. */
export const jobSchema = z.strictObject({
  version,
  id: jobId,
  run: runId,
  /** For this host alone, in this life of its worker. */
  host: hostName,
  session,
  nonce,
  /** Not begun after this. */
  expires: instant,
  /** The coordinator that sent it, whose version the worker's must be: the guest kit is the worker's own. */
  coordinator: z.string().max(32),
  guests: z
    .array(z.strictObject({ id: guestId, seed: z.int().min(0).nullable() }))
    .min(1)
    .max(MAX_JOB_GUESTS),
  plan: z.strictObject({
    name: z.string().min(1).max(256),
    text: z.string().max(MAX_PLAN_CHARACTERS),
    only: z.array(z.string().max(256)).max(256).optional(),
    repeat: z.int().min(1).max(10_000).optional(),
  }),
  options: z.strictObject({
    platform: z.enum(['auto', 'virtual', 'host']),
    vmm: z.enum(vmmNames),
    channel: z.enum(['file', 'vsock']),
    start: z.enum(['cold', 'snapshot']).optional(),
    cpus: z.int().min(1).max(64),
    memory: z.int().min(128).max(65_536),
    timeout: milliseconds,
    silence: milliseconds.optional(),
    vary: z.enum(['none', 'seeds', 'all']).optional(),
    destroyData: z.boolean(),
    cpu: word.optional(),
    append: z.array(word).max(64).optional(),
  }),
  kernel: kernelSchema.optional(),
  initrd: blobSchema.optional(),
});

export type FleetJob = z.infer<typeof jobSchema>;
/** What is the same in all jobs of a run but for their kernels. */
export type JobOptions = FleetJob['options'];
export type JobPlan = FleetJob['plan'];
export type JobKernel = NonNullable<FleetJob['kernel']>;

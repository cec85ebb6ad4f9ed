import { vmmNames } from '@coordinator/shared/vmm';
import * as z from 'zod';
import { hostName, instant, jobId, label, session, version } from './fields.ts';

export const MAX_LABELS = 32;
/** Jobs that a host holds at once, those that wait for room included. */
export const MAX_JOBS = 1024;

/** What a worker says of its host, again and again: who says nothing for long is lost. */
export const announcementSchema = z.strictObject({
  version,
  host: hostName,
  session,
  /** One more each time. */
  sequence: z.int().min(1),
  at: instant,
  /** Version of the coordinator there. */
  coordinator: z.string().max(32),
  state: z.enum(['ready', 'draining']),
  /** What `--platform auto` is there. */
  platform: z.enum(['virtual', 'host']),
  architecture: z.string().max(16),
  kernel: z.string().max(128),
  vmms: z.array(z.enum(vmmNames)).max(8),
  cores: z.int().min(1),
  memory_mib: z.int().min(0),
  memory_free_mib: z.int().min(0),
  /** Functions that no driver and no guest has, by the exerciser that they are for. */
  functions: z.record(z.string().max(32), z.int().min(0)),
  labels: z.array(label).max(MAX_LABELS),
  /** Guests at once. */
  room: z.int().min(0),
  /** Guests of all jobs that it holds. */
  guests: z.int().min(0),
  jobs: z.array(jobId).max(MAX_JOBS),
});

export type Announcement = z.infer<typeof announcementSchema>;

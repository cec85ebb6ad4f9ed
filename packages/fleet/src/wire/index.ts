export { type Announcement, announcementSchema, MAX_LABELS } from './announcement.ts';
export { BATCH_CHARACTERS, type Batch, batchSchema, FILE_PART_BYTES, type FilePart } from './batch.ts';
export {
  FLEET_VERSION,
  MAX_MESSAGE_CHARACTERS,
  open,
  seal,
  WireError,
  type WireProblem,
} from './envelope.ts';
export { LABEL, MAX_PRIORITY, NAME, random } from './fields.ts';
export {
  type Blob,
  type FleetJob,
  type JobKernel,
  type JobOptions,
  type JobPlan,
  jobSchema,
} from './job.ts';
export { FleetKey, KEY_VARIABLE, readKey } from './key.ts';
export { OnceOnly } from './once.ts';
export { type Order, orderSchema } from './order.ts';
export { type WaitingRun, waitingRunSchema } from './waiting-run.ts';

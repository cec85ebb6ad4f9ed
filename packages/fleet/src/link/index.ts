export type { Redis as FleetClient } from 'ioredis';
export { connect, findFault } from './connect.ts';
export { describeFile, getFile, putFile } from './files.ts';
export { BEAT_MS, beat, forgetHost, giveOrder, lastOrder, readHosts } from './hosts.ts';
export { JobSender, type JobTaker, takeJobs } from './jobs.ts';
export { keys, PREFIX } from './keys.ts';
export { awaitRun, leaveRun } from './runs.ts';
export {
  type AppendAnswer,
  appendBatch,
  type Collected,
  collect,
  forgetJob,
  MAX_WAITING,
} from './streams.ts';
export {
  describeAddress,
  type FleetAccess,
  PASSWORD_VARIABLE,
  parseQueueUrl,
  type QueueAddress,
} from './url.ts';

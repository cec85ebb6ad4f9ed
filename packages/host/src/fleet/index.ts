export { Fleet, type FleetOptions } from './fleet.ts';
export { FleetRun } from './fleet-run.ts';
export type { JobTemplate } from './job-dispatch.ts';
export { FleetWorker, type HostFacts, type WorkerOptions } from './worker.ts';
export type { RunJob } from './worker-job.ts';

export { Fleet, type FleetOptions } from './fleet.ts';
export { FleetRun, type JobTemplate } from './fleet-run.ts';
export { FleetWorker, type HostFacts, type WorkerOptions } from './worker.ts';
export type { RunJob } from './worker-job.ts';

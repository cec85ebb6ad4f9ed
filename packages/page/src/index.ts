export { type ListenAddress, LOOPBACK, parseListenAddress } from './server/listen-address.ts';
export { OwnRun } from './server/own-run.ts';
export { PageServer, type PageServerOptions } from './server/page-server.ts';
export type { RunList, RunSource, RunsPage } from './server/run-source.ts';
export { StoredList } from './server/stored-list.ts';
export { StoredRuns } from './server/stored-runs.ts';

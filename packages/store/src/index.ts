export { EventFollower } from './event-follower.ts';
export { EventLog, type EventLogOptions } from './event-log.ts';
export { findRun, listRunIds, listRuns, locateRun, type RunLocation, type StoredRun } from './locate-run.ts';
export { isPlainName, openInside } from './open-inside.ts';
export { readRun, readRunReport, type StoredResult } from './read-run.ts';
export { isRunId, newRunId } from './run-id.ts';
export {
  EVENTS_FILE,
  forgetRun,
  REPORT_FILE,
  RunStore,
  removeForgotten,
  STANDBY_FOLDER,
  STAYING_FOLDER,
} from './run-store.ts';
export { StoreError, type StoreErrorCode, writeFailure } from './store-error.ts';

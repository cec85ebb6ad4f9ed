/** Which runs there are, for who reads none of them: without the schemas of what is in them. */
export { listRunIds } from './locate-run.ts';
export { EVENTS_FILE, forgetRun, REPORT_FILE, removeForgotten } from './run-store.ts';

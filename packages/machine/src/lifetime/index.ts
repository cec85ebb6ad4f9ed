export { Teardown } from './teardown.ts';
export { Watchdog } from './watchdog.ts';

export { Alarm } from './alarm.ts';
export { Teardown } from './teardown.ts';
export { type Moment, WatchedClock } from './watched-clock.ts';

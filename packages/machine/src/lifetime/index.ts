export { Alarm } from './alarm.ts';
export { Teardown } from './teardown.ts';
export { type ClockReading, WatchedClock } from './watched-clock.ts';

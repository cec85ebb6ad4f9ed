export {
  type ActionMatcher,
  deviceRows,
  type InterruptDelta,
  type InterruptRowDelta,
  interruptDelta,
} from './delta.ts';
export { type InterruptRow, type InterruptSnapshot, parseInterrupts } from './parse.ts';
export { type InterruptReadings, interruptReadings } from './readings.ts';

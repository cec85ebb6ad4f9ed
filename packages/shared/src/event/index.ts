export {
  type GuestPhase,
  guestPhases,
  type RunEvent,
  type RunEventOf,
  runEventSchema,
  type UnstampedEvent,
} from './event.ts';
export { ReportBuilder } from './fold.ts';

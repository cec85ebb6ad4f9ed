export { type ListedGuest, listGuests } from './list-guests.ts';
export { type RecoveredRun, recoverDeadRuns } from './recover.ts';

export { type ListedGuest, listGuests } from './list-guests.ts';
export { deadRunsElsewhere, type RecoveredRun, recoverDeadRuns } from './recover.ts';
export { type RestoredBinding, recoverBindings } from './recover-bindings.ts';

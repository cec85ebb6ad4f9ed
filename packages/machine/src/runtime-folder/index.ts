export { createRuntimeFolder, type RunNote, removeRuntimeFolder, userRuntimeFolder } from './make.ts';
export { commandsOf, heldGuests, listNotedRuns, type NotedRun, releaseOf } from './noted.ts';
export { guestOf, isStandby, noteGuestOf, standbyName } from './standby.ts';

export {
  commandsOf,
  createRuntimeFolder,
  heldGuests,
  listNotedRuns,
  type NotedRun,
  type RunNote,
  releaseOf,
  removeRuntimeFolder,
  userRuntimeFolder,
} from './runtime-folder.ts';
export { guestOf, noteGuestOf, standbyName } from './standby.ts';

export {
  commandsOf,
  createRuntimeFolder,
  listNotedRuns,
  type NotedRun,
  type RunNote,
  removeRuntimeFolder,
  userRuntimeFolder,
} from './runtime-folder.ts';
export { guestOf, noteGuestOf, standbyName } from './standby.ts';

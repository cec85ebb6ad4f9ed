export {
  createRuntimeFolder,
  listNotedRuns,
  type NotedRun,
  type RunNote,
  removeRuntimeFolder,
  userRuntimeFolder,
} from './runtime-folder.ts';

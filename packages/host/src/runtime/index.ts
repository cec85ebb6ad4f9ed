export {
  createRuntimeFolder,
  listNotedRuns,
  type NotedRun,
  type RunNote,
  removeRuntimeFolder,
} from './runtime-folder.ts';

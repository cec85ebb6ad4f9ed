export { ensureTemplate, findTemplate } from './ensure.ts';
export { identifyFiles } from './key.ts';
export type { StandbyPool } from './pool.ts';
export {
  ensureSaved,
  makeMemoryFile,
  openSaved,
  type SavedMachine,
  STATE_FILE,
} from './saved.ts';
export { type Standby, standbyPool } from './standby.ts';
export { type StoredTemplate, storedTemplates } from './store.ts';
export { FILES_TAG, type Template, type TemplateMachine } from './template.ts';
export { freshSeed, restoreGuest } from './wake.ts';

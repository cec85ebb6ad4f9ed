export { ensureTemplate } from './ensure.ts';
export type { StandbyPool } from './pool.ts';
export { type Standby, standbyPool } from './standby.ts';
export { type StoredTemplate, storedTemplates } from './store.ts';
export { FILES_TAG, type Template, type TemplateMachine } from './template.ts';
export { restoreGuest } from './wake.ts';

export { ensureTemplate } from './ensure.ts';
export { type StoredTemplate, storedTemplates } from './store.ts';
export { FILES_TAG, type Template, type TemplateMachine, wakeLine } from './template.ts';

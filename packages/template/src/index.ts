export { ensureTemplate } from './ensure.ts';
export { type StoredTemplate, storedTemplates } from './store.ts';
export { type Template, type TemplateMachine, wakeLine } from './template.ts';

export { ensureTemplate } from './ensure.ts';
export { type Template, type TemplateMachine, wakeLine } from './template.ts';

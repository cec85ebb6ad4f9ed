export { builtinPlans } from './builtin.ts';
export type { Job, SmmuteFault, SmmuteMode, TestStep } from './job.ts';
export { PlanError, parsePlan, planJsonSchema } from './parse.ts';
export type { Plan } from './schema.ts';

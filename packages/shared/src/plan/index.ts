export { builtinPlans, defaultPlans } from './builtin.ts';
export {
  type ExerciserName,
  exerciserNames,
  type InterruptReadings,
  interruptReadings,
  type Job,
  type NvmeMode,
  type NvmeStep,
  type SmmuteFault,
  type SmmuteMode,
  type SmmuteStep,
  type TestStep,
} from './job.ts';
export { PlanError, parsePlan, planJsonSchema } from './parse.ts';
export { type Bounds, type DeviceWork, promiseOf, type StepPromise } from './promise.ts';
export type { Plan } from './schema.ts';

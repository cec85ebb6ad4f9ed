export {
  type Bounds,
  contradictionInList,
  type DeviceWork,
  defaultExerciser,
  describeDevice,
  describeId,
  type ExerciserName,
  type ExerciserStep,
  exerciserNames,
  type FunctionIdentity,
  isMeant,
  isProgram,
  judgeProgram,
  type PlanDevice,
  type ProgramReport,
  type ProgramStep,
  parseQemuDevice,
  promiseOf,
  type QemuDevice,
  type StepOf,
  type StepPromise,
  stepLimits,
  type TestStep,
} from '../exerciser/index.ts';
export { type InterruptReadings, interruptReadings } from '../interrupts/index.ts';
export { builtinPlans, defaultPlan } from './builtin.ts';
export { freeName } from './free-name.ts';
export type { Job } from './job.ts';
export { PlanError, parsePlan, planJsonSchema } from './parse.ts';
export type { Plan } from './schema.ts';

import { edu } from './edu/step.ts';
import { nvme } from './nvme/step.ts';
import { pci } from './pci/step.ts';
import { type ProgramStep, promiseOfProgram } from './program/step.ts';
import type { StepPromise } from './promise.ts';
import { smmute } from './smmute/step.ts';
import type { StepKind } from './step.ts';

export {
  describeDevice,
  describeId,
  type FunctionIdentity,
  isMeant,
  type PlanDevice,
  type QemuDevice,
} from './plan-device.ts';
export {
  contradictionInList,
  judgeProgram,
  type ProgramReport,
  type SubTest,
  subTestLimits,
} from './program/report.ts';
export {
  type ProgramFormat,
  type ProgramStep,
  programChecks,
} from './program/step.ts';
export type { Bounds, DeviceWork, StepPromise } from './promise.ts';
export { parseQemuDevice } from './qemu-device.ts';
export { type AnyStep, isWhole, type Step, type StepChecks, stepLimits } from './step.ts';

/**
 * Devices that coordinator can have move data. An exerciser is a folder here, in the agent (guest), in its native code,
 * in image, lab and runner, and a line in the lists there; `plans.ts` has what only who reads plans needs, `drivers.ts`
 * what only who looks for a driver does.
 */
export const stepKinds = { smmute, nvme, edu, pci } as const;

export type ExerciserName = keyof typeof stepKinds;
export const exerciserNames = Object.keys(stepKinds) as ExerciserName[];
/** When neither command line nor plan names one. */
export const defaultExerciser: ExerciserName = 'smmute';

/** One call of an exerciser's tool. */
export type StepOf<Name extends ExerciserName> = Parameters<(typeof stepKinds)[Name]['promise']>[0];
/** All of a plan's are of one exerciser. */
export type ExerciserStep = { [Name in ExerciserName]: StepOf<Name> }[ExerciserName];
/** A test of a plan: something that its exerciser does, or a program of the user's beside it. */
export type TestStep = ExerciserStep | ProgramStep;

export const isProgram = (step: TestStep): step is ProgramStep => step.mode === 'run';

const byMode = new Map<string, ExerciserName>(
  exerciserNames.flatMap((name) => stepKinds[name].modes.map((mode) => [mode, name] as const)),
);

/** @throws RangeError for a mode that no exerciser has */
export function exerciserOf({ mode }: Pick<ExerciserStep, 'mode'>): ExerciserName {
  const name = byMode.get(mode);
  if (name === undefined) throw new RangeError(`no exerciser has a mode ${mode}`);
  return name;
}

export function promiseOf(step: TestStep): StepPromise {
  if (isProgram(step)) return promiseOfProgram(step);
  const kind: Pick<StepKind<ExerciserStep>, 'promise'> = stepKinds[exerciserOf(step)];
  return kind.promise(step);
}

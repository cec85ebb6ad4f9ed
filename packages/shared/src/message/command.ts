import {
  type AnyStep,
  isWhole,
  programChecks,
  type Step,
  type StepChecks,
  stepKinds,
  stepLimits,
  type TestStep,
} from '../exerciser/index.ts';
import { maxRound, messageLimits } from './protocol.ts';

/** What the host may ask of an agent at work, one command a frame, packed with MessagePack. */
export type HostCommand =
  /** Run these steps as one more round; only an agent whose job says `stay` does. */
  | { readonly type: 'run'; readonly round: number; readonly tests: readonly TestStep[] }
  /** Stop whatever is going on, report it as trouble, and power off. */
  | { readonly type: 'abort'; readonly reason: string }
  /** Leave the kernel's log and /proc/interrupts of now as an artifact. */
  | { readonly type: 'dump' }
  /** Say bye and power off, once what was asked for before is done. */
  | { readonly type: 'finish' };

/**
 * Checks what was unpacked, field by field. Written by hand, as the agent's bundle has no room for a schema library.
 * @returns the command, or one sentence that says what is wrong with it.
 */
export function checkCommand(value: unknown): HostCommand | string {
  if (!isRecord(value)) return 'a command must be a map';
  switch (value['type']) {
    case 'dump':
    case 'finish':
      return hasOnly(value, ['type']) ? { type: value['type'] } : `a ${value['type']} has no other fields`;
    case 'abort': {
      const reason = value['reason'];
      if (!hasOnly(value, ['type', 'reason']) || !isText(reason, 0, messageLimits.line))
        return 'an abort needs a reason, and nothing else';
      return { type: 'abort', reason };
    }
    case 'run': {
      const { round, tests } = value;
      if (!hasOnly(value, ['type', 'round', 'tests'])) return 'a run has a round and tests, and nothing else';
      if (!isWhole(round, 0, maxRound)) return 'a run needs the number of its round';
      if (!Array.isArray(tests) || tests.length === 0 || tests.length > stepLimits.tests)
        return `a run needs 1 to ${stepLimits.tests} tests`;
      const wrong = tests.findIndex((test) => !isStep(test));
      return wrong === -1 ? { type: 'run', round, tests } : `test ${wrong + 1} of a run is not a test step`;
    }
    default:
      return 'a command of no known type';
  }
}

/** Of the fields that every step has. */
const commonChecks: StepChecks<Omit<AnyStep, 'mode'>> = {
  name: (value) => isText(value, 1, messageLimits.name),
  seed: (value) => value === null || isWhole(value, 0, 0xffffffff),
  timeout_ms: (value) => isWhole(value, 1, stepLimits.timeoutMs),
};

/** Of those that every step of an exerciser has; what is its own it checks itself. */
const exerciserChecks: StepChecks<Omit<Step, keyof AnyStep | 'offset'>> = {
  size: (value) => isWhole(value, 0, stepLimits.size),
  transactions: (value) => isWhole(value, 1, stepLimits.transactions),
};

function isStep(value: unknown): value is TestStep {
  return (
    isRecord(value) &&
    (passes(value, { ...commonChecks, ...programChecks }) ||
      Object.values(stepKinds).some(({ checks }) =>
        passes(value, { ...commonChecks, ...exerciserChecks, ...checks }),
      ))
  );
}

function passes(value: Fields, checks: Readonly<Record<string, (value: unknown) => boolean>>): boolean {
  return (
    hasOnly(value, Object.keys(checks)) &&
    Object.entries(checks).every(([field, check]) => check(value[field]))
  );
}

type Fields = Partial<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether the fields are these, all of them and no other. */
const hasOnly = (value: Fields, names: readonly string[]): boolean =>
  Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));

const isText = (value: unknown, min: number, max: number): value is string =>
  typeof value === 'string' && value.length >= min && value.length <= max;

import { usageError } from '@coordinator/base/errors';
import { freeName, type Plan, stepLimits } from '@coordinator/shared/plan';
import picomatch from 'picomatch';

/** Which tests of a plan run, and how often. */
export interface Selection {
  /** Patterns of names, in which `*` stands for anything, slashes included. Absent: all tests. */
  readonly only?: readonly string[];
  /** How often a guest goes through them. Absent: once. */
  readonly repeat?: number;
}

/**
 * The plan with the tests that were asked for. From the second time on a test's name ends in "#2", "#3", as that of any
 * second test of a name does; one that names no seed gets another each time.
 * @throws CoordinatorError (usage) when a pattern is of no test, or there are too many of them
 */
export function selectTests(plan: Plan, { only, repeat = 1 }: Selection): Plan {
  const chosen = only === undefined ? plan.tests : chooseTests(plan, only);
  const count = chosen.length * repeat;
  if (count > stepLimits.tests)
    throw usageError(
      `${chosen.length} tests ${repeat} times are ${count}, where a guest runs ${stepLimits.tests} at most`,
      'choose fewer of them with --only, or have stress --mode loop go through the plan again and again',
    );
  const used = new Set<string>();
  const tests = Array.from({ length: repeat }, () => chosen).flat();
  return { ...plan, tests: tests.map((step) => ({ ...step, name: freeName(step.name, used) })) };
}

/** The same choice for another coordinator. */
export function selectionFlags({ only = [], repeat = 1 }: Selection): string[] {
  return [
    ...only.flatMap((pattern) => ['--only', pattern]),
    ...(repeat === 1 ? [] : ['--repeat', String(repeat)]),
  ];
}

function chooseTests(plan: Plan, patterns: readonly string[]): Plan['tests'] {
  const names = plan.tests.map(({ name }) => name);
  // As a shell's `case` has it: slashes are characters like others.
  const matchers = patterns.map((pattern) => ({ pattern, matches: picomatch(pattern, { bash: true }) }));
  const vain = matchers.find(({ matches }) => !names.some((name) => matches(name)));
  if (vain)
    throw usageError(
      `--only ${vain.pattern}: the plan ${plan.name} has no such test`,
      `it has ${names.join(', ')}`,
    );
  return plan.tests.filter(({ name }) => matchers.some(({ matches }) => matches(name)));
}

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { messageOf, usageError } from '@coordinator/base/errors';
import {
  builtinPlans,
  defaultExerciser,
  defaultPlan,
  type ExerciserName,
  type Plan,
  PlanError,
  parsePlan,
} from '@coordinator/shared/plan';
import { type Selection, selectTests } from './select-tests.ts';

export interface PlanOptions extends Selection {
  readonly plan?: string;
  readonly exerciser?: ExerciserName;
}

/**
 * Reads `--plan`: the name of a built-in plan, or a file; without it, the plan of `--exerciser`; and chooses its tests.
 * @throws CoordinatorError (usage)
 */
export function loadPlan(options: PlanOptions): Plan {
  return selectTests(loadWholePlan(options), options);
}

function loadWholePlan(options: PlanOptions): Plan {
  const { exerciser } = options;
  const plan = readPlanOption(options);
  if (exerciser === undefined || exerciser === plan.exerciser) return plan;
  throw usageError(
    `the plan ${options.plan} is for the exerciser ${plan.exerciser}, not for ${exerciser}`,
    'leave one of --plan and --exerciser out',
  );
}

/** The text of the plan that is asked for, and its name where it has none of its own. @throws CoordinatorError (usage) */
export function readPlanText(options: PlanOptions): { readonly name: string; readonly text: string } {
  const nameOrFile = nameOfPlan(options);
  const builtin = builtinPlans.get(nameOrFile);
  return builtin === undefined
    ? { name: basename(nameOrFile), text: readPlan(nameOrFile) }
    : { name: nameOrFile, text: builtin };
}

function nameOfPlan({ plan, exerciser = defaultExerciser }: PlanOptions): string {
  const named = plan ?? defaultPlan(exerciser);
  if (named !== null) return named;
  throw usageError(
    `--exerciser ${exerciser} needs a plan: it says which function is tested, and its tests are yours`,
    'write one and give it with --plan FILE: docs/exercisers.md shows how',
  );
}

function readPlanOption(options: PlanOptions): Plan {
  try {
    const { name, text } = readPlanText(options);
    return parsePlan(text, nameOfPlan(options), name);
  } catch (error) {
    if (error instanceof PlanError)
      throw usageError(error.message, 'see docs/plans.md for the fields of a plan');
    throw error;
  }
}

function readPlan(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const known = [...builtinPlans.keys()].join(', ');
    throw usageError(
      `the plan ${file} cannot be read: ${messageOf(error)}`,
      `give a YAML file, or one of ${known}`,
    );
  }
}

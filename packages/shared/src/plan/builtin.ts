import { type ExerciserName, exerciserNames } from '../exerciser/index.ts';
import { planKinds } from '../exerciser/plans.ts';

/** The plans that come with coordinator, in the form a user would write them. */
export const builtinPlans: ReadonlyMap<string, string> = new Map(
  exerciserNames.flatMap((name) => Object.entries<string>(planKinds[name].builtin)),
);

/** Which of them runs when none is named; null where the user has to bring one. */
export function defaultPlan(exerciser: ExerciserName): string | null {
  const [first] = Object.keys(planKinds[exerciser].builtin);
  return first ?? null;
}

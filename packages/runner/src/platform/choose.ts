import { CoordinatorError, usageError } from '@coordinator/base/errors';
import { type Exerciser, type ExerciserFunction, findExercisers } from '../exerciser/index.ts';

/**
 * The functions of this machine that guests may get.
 * @param wanted only these; all that are free when empty.
 * @param destroyData whether what disks hold may be lost. Those that the lab made for tests hold nothing.
 * @throws CoordinatorError when there is none, or a wanted one cannot be had; a usage error when data would be lost.
 */
export function chooseFunctions(
  exerciser: Exerciser,
  wanted: readonly string[],
  destroyData: boolean,
  all: readonly ExerciserFunction[] = findExercisers(exerciser),
): ExerciserFunction[] {
  const { name, noun, plural, shownBy = `--exerciser ${name}` } = exerciser;
  const remedy = `coordinator devices ${shownBy} shows the ${plural} and what keeps each of them`;
  for (const bdf of wanted) {
    const found = all.find((fn) => fn.bdf === bdf);
    if (!found) throw new CoordinatorError(`${bdf} is no ${noun} of this machine`, { remedy });
    if (found.obstacle) throw new CoordinatorError(found.obstacle, { remedy });
    if (found.taken_by) throw new CoordinatorError(`${bdf} is taken by ${found.taken_by}`, { remedy });
  }
  const usable = all.filter(({ bdf, obstacle, taken_by }) =>
    wanted.length > 0 ? wanted.includes(bdf) : !obstacle && !taken_by,
  );
  if (usable.length === 0) {
    const [first] = all;
    const why = first ? `: ${first.obstacle ?? `${first.bdf} is taken by ${first.taken_by}`}` : '';
    throw new CoordinatorError(`this machine has no ${noun} that a guest could get${why}`, { remedy });
  }
  if (destroyData) return usable;
  const harmless = usable.filter((fn) => !exerciser.holdsData(fn, fn.class));
  const [precious] = usable.filter((fn) => exerciser.holdsData(fn, fn.class));
  if (precious && (wanted.length > 0 || harmless.length === 0)) {
    const serial = precious.serial === null ? '' : ` (serial number ${precious.serial})`;
    throw usageError(
      `the test would destroy what ${precious.bdf}${serial} holds`,
      'if that may be lost, say so with --destroy-data',
    );
  }
  return harmless;
}

import { CoordinatorError } from '@coordinator/base/errors';
import { listNotedRuns } from '@coordinator/machine/runtime-folder';
import { type ListedGuest, listGuests } from '@coordinator/runner/recovery';

/**
 * The one guest that somebody names.
 *
 * @param found those of that name
 * @param verb what a run does with such a guest, as in "several runs hold a guest x"
 * @param missing what is said when there is none
 * @throws CoordinatorError unless there is just one
 */
export function onlyGuest<G extends { readonly run: string }>(
  name: string,
  found: readonly G[],
  verb: 'have' | 'hold',
  missing: () => CoordinatorError,
): G {
  const [first, second] = found;
  if (first === undefined) throw missing();
  if (second === undefined) return first;
  throw new CoordinatorError(
    `several runs ${verb} a guest ${name}: ${found.map(({ run }) => run).join(', ')}`,
    { remedy: 'say which with --run' },
  );
}

/** Guests that can be reached: those of runs with another runtime folder are not. */
export function reachableGuests(): ListedGuest[] {
  const runs = new Set(listNotedRuns().map(({ run }) => run));
  return listGuests().filter(({ run }) => runs.has(run));
}

/** A remedy that names what there is. */
export const thoseThatAre = (guests: readonly { readonly name: string }[]): string =>
  guests.length === 0 ? 'none is' : `those that are: ${guests.map(({ name }) => name).join(', ')}`;

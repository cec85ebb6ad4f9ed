import type { GuestResult } from './report.ts';

/** Failed rounds of a stress run that are kept whole; of more, only the number. */
export const MAX_KEPT_FAILURES = 100;

/** The guest that a round ran in: "guest-3" of "guest-3/17". */
export function slotOf(id: string): string {
  const slash = id.indexOf('/');
  return slash < 0 ? id : id.slice(0, slash);
}

/** What of a round's result decides. */
export type RoundEnd = Pick<GuestResult, 'id' | 'outcome' | 'error_kind' | 'flaky' | 'fault'>;

/**
 * Which rounds of a stress run are kept, so that it can go on for days: those with something to look into, up to a
 * limit, and the last one of each guest that passed.
 */
export class KeptRounds {
  readonly #failures = new Set<string>();
  readonly #lastPassed = new Map<string, string>();
  #dropped = 0;

  /** Failed rounds that were not kept. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether a round that ended is kept as one to look into. */
  isFailure(id: string): boolean {
    return this.#failures.has(id);
  }

  /** Takes a round that has ended. @returns ids of the rounds that are not to be kept any more. */
  add(result: RoundEnd): string[] {
    const { id, outcome, fault } = result;
    if (isNotable(result)) {
      if (this.#failures.size < MAX_KEPT_FAILURES) {
        this.#failures.add(id);
        return [];
      }
      this.#dropped += 1;
      return [id];
    }
    if (outcome !== 'pass' || fault) return [id];
    const previous = this.#lastPassed.get(slotOf(id));
    this.#lastPassed.set(slotOf(id), id);
    return previous === undefined ? [] : [previous];
  }
}

/** What an injected fault explains, or the user ended, is nothing to look into. */
function isNotable({ outcome, error_kind, flaky, fault }: RoundEnd): boolean {
  if (error_kind === 'interrupted') return false;
  if (fault?.verdict === 'missed') return true;
  if (fault?.verdict === 'detected') return false;
  return outcome !== 'pass' || flaky;
}

import type { GuestRound } from '@coordinator/life';
import type { UnstampedEvent } from '@coordinator/shared/event';
import { chooseFault, Fault } from '../chaos/index.ts';
import { deriveSeed, varyPlan } from '../run/index.ts';
import type { StressFrame } from './options.ts';

/** One round: everything about it follows from its number and the run's seed. */
export interface Round extends GuestRound {
  readonly slot: string;
  readonly seed: number;
  readonly fault: Fault | null;
}

/** @param fresh whether the round begins with the start of its guest */
export function makeRound(
  options: StressFrame,
  place: { readonly slot: string; readonly number: number; readonly fresh: boolean },
  emit: (event: UnstampedEvent) => void,
): Round {
  const { slot, number, fresh } = place;
  const seed = deriveSeed(options.seed, `round ${number}`);
  const id = `${slot}/${number}`;
  const kind = chooseFault(options.chaos, seed);
  // The shares of a guest that runs can no longer be made slow.
  const possible = kind !== null && (fresh || kind !== 'slow-disk');
  return {
    slot,
    number,
    id,
    seed,
    plan: varyPlan(options.plan, seed, options.vary),
    fault: possible ? new Fault(kind, seed, id, fresh, emit) : null,
  };
}

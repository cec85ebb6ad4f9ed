import type { GuestEnd } from '@coordinator/life';
import type { UnstampedEvent } from '@coordinator/shared/event';
import type { Plan } from '@coordinator/shared/plan';
import type { GuestHooks, GuestSetting } from '../guest/index.ts';
import { Guest } from '../guest/index.ts';
import type { RunGuest } from './kernels.ts';

/** One try of a guest, as its run asks for it. */
export interface GuestRequest {
  readonly id: string;
  /** Its own in the run store; made when there is something to keep. */
  readonly folder: string;
  readonly member: RunGuest;
  readonly plan: Plan;
  /** What that plan was drawn from; null for the run's plan as it is. */
  readonly seed: number | null;
  readonly emit: (event: UnstampedEvent) => void;
  /** Aborts with an `EarlyEnd` as its reason. */
  readonly signal: AbortSignal;
  readonly onUnreturned: (sentence: string) => void;
  readonly stay?: boolean;
  readonly hooks?: GuestHooks;
}

/** Makes the guests of a run, wherever they are. `run` never rejects; it tells all but the guest's end as events. */
export type MakeGuest = (request: GuestRequest) => { run(): Promise<GuestEnd> };

/** Guests under VMMs that this process starts. */
export function guestsHere(setting: Omit<GuestSetting, 'emit' | 'signal'>): MakeGuest {
  return ({ id, folder, member, plan, emit, signal, onUnreturned, stay, hooks }) => {
    const own = { plan, emit, signal, onUnreturned, ...(stay === undefined ? {} : { stay }) };
    return new Guest(id, folder, { ...setting, ...member.parts, ...own }, hooks);
  };
}

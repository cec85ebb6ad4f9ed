import type { Moment } from '@coordinator/machine/lifetime';
import type { VmmExit } from '@coordinator/machine/vmm';
import type { AgentSession } from './agent-session.ts';
import type { EffectList } from './effect-list.ts';
import { type EarlyEnd, type Ending, judgeEnding, judgeReports, notStarted } from './ending.ts';
import type { GuestRounds, HoldWhen } from './guest-rounds.ts';
import type { Stock } from './input.ts';

type Causes = ReadonlySet<EarlyEnd['cause']>;

/** What is there to be looked at where a guest would be ended otherwise. */
const WORTH_A_LOOK: Causes = new Set(['panic', 'timeout', 'overtime', 'silence']);
/** What ends a guest that people had, and is its outcome all the same; anything else is taken for their doing. */
const NOT_BY_HAND: Causes = new Set(['panic', 'interrupted', 'device-lost', 'host-failed']);
/** What ends one that is held for having hung or panicked: of that it may print more. */
const ENDS_IT_ANYWAY: Causes = new Set(['interrupted', 'host-failed', 'share-full']);

/**
 * Whether a guest is held for people, and what it came to before they laid hands on it: that is judged first, and nothing
 * that they do changes it.
 */
export class Hold {
  readonly #when: HoldWhen | null;
  readonly #effects: EffectList;
  #verdict: Ending | null = null;
  #isGivenUp = false;

  constructor(when: HoldWhen | null, effects: EffectList) {
    this.#when = when;
    this.#effects = effects;
  }

  /** Whether what it came to is known, whatever is done in it from now on. */
  get isJudged(): boolean {
    return this.#verdict !== null;
  }

  /** Its agent has done what was planned. @returns whether what others know of that is asked for first */
  takeStock(): boolean {
    if (this.#when === null || this.isJudged) return false;
    this.#effects.add({ type: 'take-stock' });
    return true;
  }

  /** All that was done is known. @returns whether it is held */
  judge(rounds: GuestRounds, stock: Stock, now: Moment): boolean {
    rounds.endAgent(now);
    rounds.compareWith(stock);
    rounds.session.close();
    this.#verdict = judgeReports(rounds.session);
    const isHeld = this.#when === 'always' || this.#verdict.outcome !== 'pass';
    if (isHeld) this.#tell(rounds.id, this.#verdict);
    return isHeld;
  }

  /** It is held for this, in place of being ended. */
  keep(early: EarlyEnd, rounds: GuestRounds): void {
    this.#tell(rounds.id, judgeEnding(early, rounds.session, notStarted));
  }

  /**
   * What is done about a reason to end it.
   * @param first the reason there was before
   */
  decide(
    { cause }: EarlyEnd,
    first: EarlyEnd | null,
    { isHeld, saidBye }: { readonly isHeld: boolean; readonly saidBye: boolean },
  ): 'nothing' | 'keep' | 'give-up' | 'end' {
    if (first !== null) return isHeld && ENDS_IT_ANYWAY.has(cause) ? 'end' : 'nothing';
    if (this.isJudged && !saidBye && !NOT_BY_HAND.has(cause))
      return isHeld && cause === 'channel-lost' ? 'nothing' : 'give-up';
    return this.#when !== null && WORTH_A_LOOK.has(cause) ? 'keep' : 'end';
  }

  /** It does not go on as it was told to. */
  giveUp(early: EarlyEnd, session: AgentSession): void {
    this.#isGivenUp = true;
    const { reason } = judgeEnding(early, session, notStarted);
    session.progress.log('warning', `${reason}, after it was held: it is ended`);
  }

  /** What it comes to, now that its VMM has ended. People may have powered it off; that a VMM breaks is its own. */
  endingOf(early: EarlyEnd | null, session: AgentSession, exit: VmmExit): Ending {
    const isInOrder = session.saidBye || exit.guestRequest !== null || this.#isGivenUp;
    return early === null && this.#verdict !== null && isInOrder
      ? this.#verdict
      : judgeEnding(early, session, exit);
  }

  #tell(guest: string, { outcome, error_kind, reason }: Ending): void {
    this.#effects.emit({ type: 'guest-held', guest, outcome, error_kind, reason });
    this.#effects.add({ type: 'held' });
  }
}

import type { Crash } from '@coordinator/machine/console';
import type { Moment } from '@coordinator/machine/lifetime';
import type { VmmExit } from '@coordinator/machine/vmm';
import type { EffectList } from './effect-list.ts';
import type { EarlyEnd } from './ending.ts';
import type { GuestRounds, LifeSetting } from './guest-rounds.ts';
import { Hold } from './hold.ts';
import type { Stock } from './input.ts';
import { Patience } from './patience.ts';
import type { LifeState } from './state.ts';

/** Which state a guest's life is in, and how it comes to its end: by itself, for a reason, or by people who held it. */
export class Course {
  state: LifeState = 'queued';
  readonly patience: Patience;
  readonly #hold: Hold;
  readonly #rounds: GuestRounds;
  readonly #effects: EffectList;
  readonly #stageLimit: number;
  #early: EarlyEnd | null = null;

  constructor({ limits, hold = null }: LifeSetting, rounds: GuestRounds, effects: EffectList) {
    this.patience = new Patience(limits);
    this.#hold = new Hold(hold, effects);
    this.#rounds = rounds;
    this.#effects = effects;
    this.#stageLimit = limits.stage;
  }

  /** Why it is ended early; null while it is not. */
  get early(): EarlyEnd | null {
    return this.#early;
  }

  /** Whether its end has begun, or what it is held for is one. */
  get isEnding(): boolean {
    return this.#early !== null || this.state === 'ending' || this.state === 'powering-off';
  }

  /** Whether what it came to is known, whatever people do in it from now on. */
  get isJudged(): boolean {
    return this.#hold.isJudged;
  }

  /** Its agent waits, having done what was planned. @returns whether that is to be judged before anything else */
  wait(now: Moment): boolean {
    this.state = 'idle';
    if (!this.isJudged) return this.#hold.takeStock();
    this.finish(now);
    return true;
  }

  /** All that was done is known. */
  judge(stock: Stock, now: Moment): void {
    if (this.state !== 'idle') return;
    if (this.#hold.judge(this.#rounds, stock, now)) this.#keep();
    else this.finish(now);
  }

  /** Its agent is to say bye. */
  finish(now: Moment): void {
    this.state = 'reporting';
    this.#effects.add({ type: 'send', command: { type: 'finish' } });
    this.patience.said(this.#rounds.session.progress.activity, this.#stageLimit, now);
  }

  /** People are through with it. */
  release(now: Moment): void {
    if (this.state !== 'held') return;
    if (this.#early !== null) {
      this.#stop();
      return;
    }
    this.patience.released(now);
    this.finish(now);
  }

  /** The first reason counts, unless the run is interrupted. */
  endEarly(early: EarlyEnd, now: Moment): void {
    const { session } = this.#rounds;
    const isHeld = this.state === 'held';
    const what = this.#hold.decide(early, this.#early, { isHeld, saidBye: session.saidBye });
    if (what === 'nothing') return;
    if (what === 'give-up') this.#hold.giveUp(early, session);
    else if (this.#early === null || early.cause === 'interrupted') this.#early = early;
    if (what === 'keep') {
      this.#hold.keep(early, this.#rounds);
      this.#keep();
    } else if (early.cause === 'panic') {
      this.windUp();
      this.patience.panicked(now);
    } else this.#stop();
  }

  /** It could not be brought to life or kept there. */
  fail(detail: string): void {
    this.#early ??= { cause: 'host-failed', detail };
  }

  windUp(): void {
    this.state = 'ending';
    this.patience.end();
  }

  /** Its VMM has ended, and that is all. */
  over(exit: VmmExit, crash: Crash | null, now: Moment): void {
    const { session } = this.#rounds;
    session.close();
    this.state = 'over';
    this.patience.end();
    const ending = this.#hold.endingOf(this.#early, session, exit);
    this.#effects.add({
      type: 'over',
      end: this.#rounds.end(ending, { early: this.#early, exit, crash }, now),
    });
  }

  /** It stays as it is, for people to look at. */
  #keep(): void {
    this.state = 'held';
    this.patience.end();
  }

  #stop(): void {
    this.windUp();
    this.#effects.add({ type: 'stop' });
  }
}

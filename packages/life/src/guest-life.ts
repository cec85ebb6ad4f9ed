import type { Moment } from '@coordinator/machine/lifetime';
import type { VmmExit } from '@coordinator/machine/vmm';
import type { AgentMessage } from '@coordinator/shared/message';
import type { Device } from '@coordinator/shared/report';
import type { AgentSession } from './agent-session.ts';
import { ConsoleWatch } from './console-watch.ts';
import type { LifeEffect } from './effect.ts';
import { EffectList } from './effect-list.ts';
import { type EarlyEnd, judgeEnding, notStarted, passed } from './ending.ts';
import type { GuestRound } from './guest-end.ts';
import { GuestRounds, type LifeSetting, type StartedVmm } from './guest-rounds.ts';
import type { LifeHandlers, LifeInput } from './input.ts';
import { Patience } from './patience.ts';
import type { LifeState } from './state.ts';

/**
 * The life of one guest, from its place in the queue to the end of its VMM, without any of the things it is made of: what
 * happens comes in, what is to be done comes out. One that stays goes through many rounds, each under a name of its own. It
 * ends once, and passes only if all that its plan promises was reported, counted and compared. Never throws.
 */
export class GuestLife {
  readonly #setting: LifeSetting;
  readonly #patience: Patience;
  readonly #console: ConsoleWatch;
  readonly #rounds: GuestRounds;
  readonly #effects = new EffectList();
  #state: LifeState = 'queued';
  #early: EarlyEnd | null = null;

  constructor(id: string, setting: LifeSetting) {
    this.#setting = setting;
    this.#patience = new Patience(setting.limits);
    this.#console = new ConsoleWatch(setting.bootHint);
    this.#rounds = new GuestRounds(id, setting, this.#effects.emit);
  }

  get state(): LifeState {
    return this.#state;
  }

  /** When a `tick` is due, in watched time; null when nothing waits for one. */
  get deadline(): number | null {
    return this.#patience.deadline;
  }

  /** What its agent has told in the round it is at. */
  get session(): AgentSession {
    return this.#rounds.session;
  }

  /** Takes what happened at `now`. @returns what is to be done about it, in this order. */
  step(input: LifeInput, now: Moment): readonly LifeEffect[] {
    const take = this.#handlers[input.type] as (input: LifeInput, now: Moment) => void;
    if (this.#state !== 'over') take(input, now);
    return this.#effects.take();
  }

  readonly #handlers: LifeHandlers = {
    leased: ({ device }, now) => this.#leased(device, now),
    starting: (_, now) => this.#rounds.begin(now),
    started: (vmm, now) => this.#started(vmm, now),
    login: ({ waitingFor }) => this.#login(waitingFor),
    'console-line': ({ line }, now) => this.#consoleLine(line, now),
    'host-kernel': ({ kind, text }) => this.#hostKernel(kind, text),
    message: ({ message }, now) => this.#message(message, now),
    'channel-use': ({ channel }) => this.#rounds.use(channel),
    'channel-problem': ({ text }) => this.session.problem(text),
    notice: ({ text }) => this.session.progress.log('warning', text),
    commanded: ({ command }) => this.#rounds.commanded(command),
    round: ({ next }, now) => this.#round(next, now),
    tick: (_, now) => this.#tick(now),
    end: ({ early }, now) => this.#endEarly(early, now),
    gone: () => this.#windUp(),
    exited: ({ exit, witness, kernelToldAll }, now) => {
      if (this.#early === null) this.#rounds.compareWith(witness, kernelToldAll);
      this.#over(exit, now);
    },
    failed: ({ detail }, now) => {
      this.#early ??= { cause: 'host-failed', detail };
      this.#over(notStarted, now);
    },
  };

  #leased(device: Device, now: Moment): void {
    if (this.#state !== 'queued') return;
    this.#state = 'starting';
    this.#rounds.leased(device);
    this.#effects.enter(this.#rounds.id, 'starting', null, null);
    this.#rounds.begin(now);
  }

  #started(vmm: StartedVmm, now: Moment): void {
    this.#rounds.started(vmm);
    // An end that came before there was a VMM to stop.
    if (this.#early !== null) {
      this.#effects.add({ type: 'stop' });
      return;
    }
    this.#effects.enter(this.#rounds.id, 'boot', null, this.#setting.limits.boot);
    // An agent may have been quicker than the news of its VMM.
    const isBooting = this.#state === 'starting';
    if (isBooting) this.#state = 'booting';
    this.#patience.started(now, isBooting);
  }

  #message(message: AgentMessage, now: Moment): void {
    if (message.type === 'hello') {
      this.#console.waitsFor(null);
      this.#effects.add({ type: 'end-login' });
    }
    const limit = this.#rounds.message(message, now);
    // What comes when the end has begun starts no new wait.
    if (this.#state === 'ending' || this.#state === 'powering-off') return;
    if (message.type === 'bye') {
      this.#state = 'powering-off';
      this.#patience.saidBye(now);
      this.#effects.enter(this.#rounds.id, 'power-off', null, this.#setting.limits.powerOff);
      return;
    }
    this.#patience.said(this.session.progress.activity, limit, now);
    if (limit === null) this.#idle(now);
    else if (limit !== undefined) this.#state = 'reporting';
  }

  /** It waits for a command. One in which something went wrong is used no more, so that its console ends with that. */
  #idle(now: Moment): void {
    this.#state = 'idle';
    if (this.#setting.stays !== 'for-rounds') return;
    if (this.session.isFulfilled) this.#effects.add({ type: 'ask-round' });
    else this.#round(null, now);
  }

  #round(next: GuestRound | null, now: Moment): void {
    if (this.#state !== 'idle') return;
    this.#state = 'reporting';
    if (next === null) {
      this.#effects.add({ type: 'send', command: { type: 'finish' } });
      this.#patience.said(this.session.progress.activity, this.#setting.limits.stage, now);
      return;
    }
    this.#rounds.endAgent(now);
    const { crash } = this.#console;
    this.#effects.add({
      type: 'round-over',
      end: this.#rounds.end(passed, { early: null, exit: null, crash }, now),
    });
    this.#rounds.goOn(next, now);
    this.#patience.round(next.number, now);
    this.#console.nextRound();
    this.#effects.add({ type: 'send', command: { type: 'run', round: next.number, tests: next.plan.tests } });
  }

  #login(waitingFor: string): void {
    this.#console.waitsFor(waitingFor);
    this.#effects.enter(this.#rounds.id, 'boot', `waiting for ${waitingFor}`, null);
  }

  #consoleLine(line: string, now: Moment): void {
    this.session.consoleLine(line);
    const finding = this.#console.line(line);
    if (finding?.kind === 'panic') this.#endEarly({ cause: 'panic', line }, now);
    else if (finding) this.#effects.emit({ type: 'guest-warning', guest: this.#rounds.id, warning: finding });
  }

  #hostKernel(kind: string, text: string): void {
    const warning = this.#console.hostLine(kind, text);
    if (warning) this.#effects.emit({ type: 'guest-warning', guest: this.#rounds.id, warning });
    this.session.hostKernel(kind, text);
  }

  #tick(now: Moment): void {
    const exhausted = this.#patience.exhausted(now, this.#activity);
    if (exhausted === 'stop') this.#effects.add({ type: 'stop' });
    else if (exhausted !== null) this.#endEarly(exhausted, now);
  }

  /** The first reason counts. */
  #endEarly(early: EarlyEnd, now: Moment): void {
    if (this.#early !== null) return;
    this.#early = early;
    this.#windUp();
    if (early.cause === 'panic') this.#patience.panicked(now);
    else this.#effects.add({ type: 'stop' });
  }

  #windUp(): void {
    this.#state = 'ending';
    this.#patience.end();
  }

  #over(exit: VmmExit, now: Moment): void {
    this.session.close();
    this.#state = 'over';
    this.#patience.end();
    const ending = judgeEnding(this.#early, this.session, exit);
    const { crash } = this.#console;
    this.#effects.add({
      type: 'over',
      end: this.#rounds.end(ending, { early: this.#early, exit, crash }, now),
    });
  }

  get #activity(): string {
    const { progress } = this.session;
    return progress.saidHello ? progress.activity : this.#console.activity;
  }
}

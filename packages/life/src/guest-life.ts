import type { Moment } from '@coordinator/machine/lifetime';
import type { AgentMessage } from '@coordinator/shared/message';
import type { Device } from '@coordinator/shared/report';
import type { AgentSession } from './agent-session.ts';
import { ConsoleWatch } from './console-watch.ts';
import { Course } from './course.ts';
import type { LifeEffect } from './effect.ts';
import { EffectList } from './effect-list.ts';
import { notStarted, passed } from './ending.ts';
import type { GuestRound } from './guest-end.ts';
import { GuestRounds, type LifeSetting, type StartedVmm } from './guest-rounds.ts';
import type { LifeHandlers, LifeInput } from './input.ts';
import type { LifeState } from './state.ts';

/**
 * The life of one guest, from its place in the queue to the end of its VMM, without any of the things it is made of: what
 * happens comes in, what is to be done comes out. One that stays goes through many rounds, each under a name of its own. It
 * ends once, and passes only if all that its plan promises was reported, counted and compared. Never throws.
 */
export class GuestLife {
  readonly #setting: LifeSetting;
  readonly #console: ConsoleWatch;
  readonly #rounds: GuestRounds;
  readonly #effects = new EffectList();
  readonly #course: Course;

  constructor(id: string, setting: LifeSetting) {
    this.#setting = setting;
    this.#console = new ConsoleWatch(setting.bootHint);
    this.#rounds = new GuestRounds(id, setting, this.#effects.emit);
    this.#course = new Course(setting, this.#rounds, this.#effects);
  }

  get state(): LifeState {
    return this.#course.state;
  }

  /** When a `tick` is due, in watched time; null when nothing waits for one. */
  get deadline(): number | null {
    return this.#course.patience.deadline;
  }

  /** What its agent has told in the round it is at. */
  get session(): AgentSession {
    return this.#rounds.session;
  }

  /** Takes what happened at `now`. @returns what is to be done about it, in this order. */
  step(input: LifeInput, now: Moment): readonly LifeEffect[] {
    const take = this.#handlers[input.type] as (input: LifeInput, now: Moment) => void;
    if (this.#course.state !== 'over') take(input, now);
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
    stock: (stock, now) => this.#course.judge(stock, now),
    release: (_, now) => this.#course.release(now),
    tick: (_, now) => this.#tick(now),
    end: ({ early }, now) => this.#course.endEarly(early, now),
    gone: () => this.#course.windUp(),
    exited: ({ exit, witness, kernelToldAll }, now) => {
      if (this.#course.early === null && !this.#course.isJudged)
        this.#rounds.compareWith({ witness, kernelToldAll });
      this.#course.over(exit, this.#console.crash, now);
    },
    failed: ({ detail }, now) => {
      this.#course.fail(detail);
      this.#course.over(notStarted, this.#console.crash, now);
    },
  };

  #leased(device: Device, now: Moment): void {
    if (this.#course.state !== 'queued') return;
    this.#course.state = 'starting';
    this.#rounds.leased(device);
    this.#effects.enter(this.#rounds.id, 'starting', null, null);
    this.#rounds.begin(now);
  }

  #started(vmm: StartedVmm, now: Moment): void {
    this.#rounds.started(vmm);
    // An end that came before there was a VMM to stop.
    if (this.#course.early !== null) {
      this.#effects.add({ type: 'stop' });
      return;
    }
    this.#effects.enter(this.#rounds.id, 'boot', null, this.#setting.limits.boot);
    // An agent may have been quicker than the news of its VMM.
    const isBooting = this.#course.state === 'starting';
    if (isBooting) this.#course.state = 'booting';
    this.#course.patience.started(now, isBooting);
  }

  #message(message: AgentMessage, now: Moment): void {
    if (message.type === 'hello') {
      this.#console.waitsFor(null);
      this.#effects.add({ type: 'end-login' });
    }
    const limit = this.#rounds.message(message, now);
    // What comes when the end has begun starts no new wait.
    if (this.#course.isEnding) return;
    if (message.type === 'bye') {
      this.#course.state = 'powering-off';
      this.#course.patience.saidBye(now);
      this.#effects.enter(this.#rounds.id, 'power-off', null, this.#setting.limits.powerOff);
      return;
    }
    if (this.#course.state === 'held') return;
    this.#course.patience.said(this.session.progress.activity, limit, now);
    if (limit === null) this.#idle(now);
    else if (limit !== undefined) this.#course.state = 'reporting';
  }

  /** It waits for a command. One in which something went wrong is used no more, so that its console ends with that. */
  #idle(now: Moment): void {
    if (this.#course.wait(now) || this.#setting.stays !== 'for-rounds') return;
    if (this.session.isFulfilled) this.#effects.add({ type: 'ask-round' });
    else this.#round(null, now);
  }

  #round(next: GuestRound | null, now: Moment): void {
    if (this.#course.state !== 'idle') return;
    if (next === null) {
      this.#course.finish(now);
      return;
    }
    this.#course.state = 'reporting';
    this.#rounds.endAgent(now);
    const { crash } = this.#console;
    this.#effects.add({
      type: 'round-over',
      end: this.#rounds.end(passed, { early: null, exit: null, crash }, now),
    });
    this.#rounds.goOn(next, now);
    this.#course.patience.round(next.number, now);
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
    if (finding?.kind === 'panic') this.#course.endEarly({ cause: 'panic', line }, now);
    else if (finding) this.#effects.emit({ type: 'guest-warning', guest: this.#rounds.id, warning: finding });
  }

  #hostKernel(kind: string, text: string): void {
    const warning = this.#console.hostLine(kind, text);
    if (warning) this.#effects.emit({ type: 'guest-warning', guest: this.#rounds.id, warning });
    if (!this.#course.isJudged) this.session.hostKernel(kind, text);
  }

  #tick(now: Moment): void {
    const exhausted = this.#course.patience.exhausted(now, this.#activity);
    if (exhausted === 'stop') this.#effects.add({ type: 'stop' });
    else if (exhausted !== null) this.#course.endEarly(exhausted, now);
  }

  get #activity(): string {
    const { progress } = this.session;
    return progress.saidHello ? progress.activity : this.#console.activity;
  }
}

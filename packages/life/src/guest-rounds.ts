import type { Crash } from '@coordinator/machine/console';
import type { Moment } from '@coordinator/machine/lifetime';
import type { VmmExit } from '@coordinator/machine/vmm';
import type { UnstampedEvent } from '@coordinator/shared/event';
import type { AgentMessage, HostCommand } from '@coordinator/shared/message';
import type { DeviceWork, Plan } from '@coordinator/shared/plan';
import type { ChannelUse, Device, GuestStart } from '@coordinator/shared/report';
import { AgentSession } from './agent-session.ts';
import { addWork, compareWithDevice, noWork } from './contract/work.ts';
import type { EarlyEnd, Ending } from './ending.ts';
import type { GuestEnd, GuestRound } from './guest-end.ts';
import type { Stock } from './input.ts';
import type { Limits } from './limits.ts';
import { RoundClock } from './round-clock.ts';

/** Which guests people want to look at before they end. */
export type HoldWhen = 'always' | 'failed';

/** What a guest's life is told before it begins. */
export interface LifeSetting {
  readonly plan: Plan;
  readonly limits: Limits;
  /** Whether its agent waits for more when it has done what was planned, and for what. */
  readonly stays: 'not' | 'for-commands' | 'for-rounds';
  /** Whether it is held for people once its agent waits, or it has hung or panicked: each, or one that failed. */
  readonly hold?: HoldWhen | null;
  /** What to try, if no agent says hello. */
  readonly bootHint: string | null;
}

export interface StartedVmm {
  readonly pid: number;
  readonly start: GuestStart;
  /** Its whole command line. */
  readonly command: readonly string[];
}

type RunCommand = Extract<HostCommand, { type: 'run' }>;
const noDevice: Device = { host_bdf: null, guest_bdf: null, driver: null, node: null };

/** The rounds of one guest: the one it is at, under its name and with its figures, and what those before it came to. */
export class GuestRounds {
  readonly #setting: LifeSetting;
  readonly #emit: (event: UnstampedEvent) => void;
  #id: string;
  #session: AgentSession;
  #channel: ChannelUse = 'file';
  /** The tests the agent is at, whose limits count: the plan's, or those of a round that it was sent. */
  #tests: Plan['tests'];
  #ahead: RunCommand[] = [];
  #vmm: StartedVmm | null = null;
  #clock = new RoundClock();
  /** What the device must have counted in rounds that are over; null when that cannot be said. */
  #work: DeviceWork | null = noWork;

  constructor(id: string, setting: LifeSetting, emit: (event: UnstampedEvent) => void) {
    this.#id = id;
    this.#setting = setting;
    this.#emit = emit;
    this.#tests = setting.plan.tests;
    this.#session = new AgentSession(id, noDevice, setting.plan, emit);
  }

  get id(): string {
    return this.#id;
  }

  get session(): AgentSession {
    return this.#session;
  }

  leased(device: Device): void {
    this.#session = new AgentSession(this.#id, device, this.#setting.plan, this.#emit);
  }

  /** The way its agent's messages take from now on. */
  use(channel: ChannelUse): void {
    this.#channel = channel;
    this.#emit({ type: 'guest-channel', guest: this.#id, channel });
  }

  /** All its rounds share one VMM. */
  started(vmm: StartedVmm): void {
    this.#vmm = vmm;
    this.#tellStart();
  }

  begin(now: Moment): void {
    this.#clock.begin(now);
  }

  /** @returns how long what the agent is at now may take; null for ever, undefined if it goes on with what it was at */
  message(message: AgentMessage, now: Moment): number | null | undefined {
    const before = this.#session.progress.activity;
    if (message.type === 'hello') this.#clock.hello(now);
    if (message.type === 'round-begin') this.#beginSent(message.round);
    this.#session.receive(message, this.#clock.age(now));
    if (message.type === 'bye') this.endAgent(now);
    if (message.type === 'test-begin') return this.#limitOf(message.name);
    if (
      message.type === 'stage' &&
      message.stage === 'idle' &&
      (this.#setting.stays !== 'not' || this.#setting.hold)
    )
      return null;
    return this.#session.progress.activity === before ? undefined : this.#setting.limits.stage;
  }

  /** A command goes to the agent. Rounds that a run plans itself have sessions of their own. */
  commanded(command: HostCommand): void {
    if (command.type !== 'run') return;
    this.#ahead.push(command);
    if (this.#setting.stays !== 'for-rounds') this.#session.expect(command.round, command.tests);
  }

  /** The agent has done what this round asks of it. */
  endAgent(now: Moment): void {
    this.#clock.endAgent(now);
  }

  /** From here on everything belongs to the next round. */
  goOn(next: GuestRound, now: Moment): void {
    this.#work = addWork(this.#work, this.#session.work);
    this.#id = next.id;
    this.#clock = RoundClock.ofNext(now);
    this.#ahead.push({ type: 'run', round: next.number, tests: next.plan.tests });
    this.#session = this.#session.follow(next.id, next.plan, next.number);
    this.#tellStart();
  }

  /** The device's own count is a witness that neither the agent nor its tool can talk to. */
  compareWith({ witness, kernelToldAll }: Stock): void {
    const work = this.#session.isFulfilled ? addWork(this.#work, this.#session.work) : null;
    const problem = witness && work ? compareWithDevice(witness, work) : null;
    if (problem !== null) this.#session.contradict(problem);
    if (kernelToldAll) this.#session.kernelToldAll();
  }

  /** How the round has ended, as all that is known of it. */
  end(
    ending: Ending,
    { early, exit, crash }: { early: EarlyEnd | null; exit: VmmExit | null; crash: Crash | null },
    now: Moment,
  ): GuestEnd {
    const { problems, saidBye } = this.#session;
    return {
      ...ending,
      id: this.#id,
      cause: early?.cause ?? null,
      signal: exit?.signal ?? null,
      channel: this.#channel,
      problems,
      saidBye,
      ...this.#clock.figures(now),
      crash,
    };
  }

  /** How long a test may take. The limit is the plan's: what a guest says its limit is does not count. */
  #limitOf(test: string): number {
    const { limits } = this.#setting;
    const step = this.#tests.find(({ name }) => name === test);
    return step ? step.timeout_ms + limits.testGrace : limits.stage;
  }

  #tellStart(): void {
    const { device } = this.#session.progress;
    if (this.#vmm === null) return;
    const { pid, start, command } = this.#vmm;
    this.#emit({ type: 'guest-started', guest: this.#id, pid, start, vmm_command: [...command], device });
  }

  #beginSent(round: number): void {
    const at = this.#ahead.findIndex((command) => command.round === round);
    this.#tests = this.#ahead[at]?.tests ?? this.#tests;
    this.#ahead.splice(0, at + 1);
  }
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@coordinator/base/errors';
import { ConsoleCapture, ConsoleLogin, matchConsoleLine } from '@coordinator/machine/console';
import { Teardown } from '@coordinator/machine/lifetime';
import type { Vmm, VmmExit } from '@coordinator/machine/vmm';
import type { AgentMessage, HostCommand } from '@coordinator/shared/message';
import type { DeviceWork, Plan } from '@coordinator/shared/plan';
import type { ChannelUse } from '@coordinator/shared/report';
import {
  CHANNEL_FILE,
  type Channel,
  ChannelError,
  GuestChannel,
  type VsockEndpoint,
} from '../channel/index.ts';
import type { Lease } from '../platform/platform.ts';
import { AgentSession } from './agent-session.ts';
import { addWork, compareWithDevice, noWork } from './contract/work.ts';
import { type EarlyEnd, type Ending, judgeEnding } from './ending.ts';
import type { GuestEnd, GuestHooks, GuestRound } from './guest-hooks.ts';
import { type GuestSetting, machineName, makeMachine } from './guest-setting.ts';
import { GuestShare } from './guest-share.ts';
import { GuestWatchdogs } from './guest-watchdogs.ts';

const HEARTBEAT_MS = 1000;
const SHARE_CHECK_MS = 500;
const MAX_WARNINGS = 100;
const MAX_ARTIFACT_BYTES = 4 * 2 ** 20;

/**
 * The life of one guest, from its place in the queue to the end of its VMM. Usually that is one round; a guest that
 * stays goes through more, each under a name of its own.
 */
export class GuestRun {
  #id: string;
  readonly #folder: string;
  readonly #setting: GuestSetting;
  readonly #hooks: GuestHooks;
  readonly #teardown = new Teardown();
  readonly #limits = new GuestWatchdogs(
    () => this.#activity,
    (early) => this.#endEarly(early),
  );
  #early: EarlyEnd | null = null;
  #vmm: Vmm | null = null;
  #login: ConsoleLogin | null = null;
  #session: AgentSession | null = null;
  #channel: Channel | null = null;
  /** The tests the agent is at, whose limits count: the plan's, or those of a round that it was sent. */
  #tests: Plan['tests'];
  #roundsAhead: Array<Extract<HostCommand, { type: 'run' }>> = [];
  #channelUse: ChannelUse = 'file';
  #startedAt = performance.now();
  #bootMs: number | null = null;
  /** Since when the agent has been at the round, and how long it took. */
  #agentSince: number | null = null;
  #agentMs: number | null = null;
  #warnings = 0;
  /** What the device must have counted in rounds that are over; null when that cannot be said. */
  #work: DeviceWork | null = noWork;
  #over = false;

  /** @param folder the guest's own in the run store; made here. */
  constructor(id: string, folder: string, setting: GuestSetting, hooks: GuestHooks = {}) {
    this.#id = id;
    this.#folder = folder;
    this.#setting = setting;
    this.#hooks = hooks;
    this.#tests = setting.plan.tests;
  }

  /** Never rejects. @returns how the last round ended. */
  async run(): Promise<GuestEnd> {
    const { signal } = this.#setting;
    const onAbort = () => this.#endEarly(signal.reason as EarlyEnd);
    signal.addEventListener('abort', onAbort, { once: true });
    const end = await this.#live().catch((error: unknown) => this.#failed(error));
    this.#hooks.ended?.();
    await this.#teardown.run((error) => this.#log('warning', `clean-up: ${messageOf(error)}`));
    signal.removeEventListener('abort', onAbort);
    this.#over = true;
    return { ...end, duration_ms: performance.now() - this.#startedAt };
  }

  /**
   * Hands a command to the agent. Resolves when it has taken it.
   * @throws ChannelError when the guest has not started or has ended.
   */
  async send(command: HostCommand): Promise<void> {
    if (!this.#channel) throw new ChannelError(`${this.#id} is not running`);
    if (command.type === 'run') {
      this.#roundsAhead.push(command);
      // Rounds that a run plans itself have sessions of their own.
      if (!this.#hooks.rounds) this.#session?.expect(command.round, command.tests);
    }
    await this.#channel.send(command);
  }

  async #live(): Promise<GuestEnd> {
    const { platform, signal, limits, run, plan, vsock, stay } = this.#setting;
    this.#enter('queued', null, null);
    const lease = await platform.lease(machineName(this.#id), signal);
    this.#teardown.add(() => lease.release());
    this.#startedAt = performance.now();

    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const endpoint = (await vsock?.open(machineName(this.#id))) ?? null;
    if (endpoint) this.#teardown.add(() => endpoint.close());
    const { exerciser, tests, interrupts } = plan;
    const share = await GuestShare.create(this.#folder, {
      version: 1,
      run,
      guest: this.#id,
      heartbeat_ms: HEARTBEAT_MS,
      exerciser,
      interrupts,
      tests,
      ...(stay ? { stay } : {}),
      ...(endpoint ? { vsock_port: endpoint.port } : {}),
    });
    if (!this.#setting.keep) this.#teardown.add(() => share.remove());
    const session = new AgentSession(this.#id, lease.device, plan, this.#setting.emit);
    this.#session = session;
    const channel = await this.#openChannel(share, endpoint);
    this.#channel = channel;
    this.#teardown.add(() => channel.finish());
    signal.throwIfAborted();

    const vmm = await this.#start(lease, share, channel, endpoint);
    this.#limits.phase.set('boot', limits.boot);
    this.#limits.total.set('', limits.total);
    const exit = await this.#untilEnd(vmm, channel);
    await this.#checkChannelFile(share);
    const last = this.#session ?? session;
    last.close();
    if (this.#early === null) await this.#compareWithDevice(last, lease);
    await this.#collectArtifacts(share, last);
    return this.#makeEnd(judgeEnding(this.#early, last, exit), exit);
  }

  #openChannel(share: GuestShare, endpoint: VsockEndpoint | null): Promise<GuestChannel> {
    return GuestChannel.create(
      share.folder,
      {
        onMessage: (message) => this.#onMessage(message),
        onProblem: (problem) => this.#session?.problem(problem),
        onUse: (channel) => this.#onChannelUse(channel),
        onNotice: (text) => this.#log('warning', text),
      },
      endpoint,
    );
  }

  async #start(
    lease: Lease,
    share: GuestShare,
    channel: GuestChannel,
    endpoint: VsockEndpoint | null,
  ): Promise<Vmm> {
    const { platform, emit, limits } = this.#setting;
    this.#startedAt = performance.now();
    const machine = {
      ...makeMachine(this.#setting, this.#id, share.folder),
      vsock: endpoint?.device ?? null,
    };
    const vmm = await platform.start(this.#hooks.machine?.(machine) ?? machine, lease);
    this.#vmm = vmm;
    this.#teardown.add(() => vmm.stop());
    emit({ type: 'guest-started', guest: this.#id, pid: vmm.pid, device: lease.device });
    this.#enter('boot', null, limits.boot);
    void lease.lost.then((detail) => this.#endEarly({ cause: 'device-lost', detail }));
    await share.remember(CHANNEL_FILE);
    this.#watchShare(share);
    this.#hooks.started?.({ vmm, lease, share, channel });
    return vmm;
  }

  /** Waits for the VMM's end, then for all that the guest had said before it. */
  async #untilEnd(vmm: Vmm, channel: Channel): Promise<VmmExit> {
    const login = this.#openLogin(vmm);
    const console = new ConsoleCapture(vmm.console, join(this.#folder, 'console.log'), {
      onOutput: (chunk) => login?.push(chunk),
      onLine: (line) => this.#onConsoleLine(line),
      onLogError: (error) =>
        this.#endEarly({
          cause: 'host-failed',
          detail: `the console log cannot be written: ${error.message}`,
        }),
    });
    this.#setting.emit({ type: 'guest-artifact', guest: this.#id, name: 'console.log' });
    // An end that came before there was a VMM to stop.
    if (this.#early) await vmm.stop();
    const exit = await vmm.exited;
    login?.end();
    this.#limits.clear();
    await console.done;
    await channel.finish();
    // What arrives now tells how the guest ended; it starts no new wait.
    this.#limits.clear();
    return exit;
  }

  /** The device's own count is a witness that neither the agent nor its tool can talk to. */
  async #compareWithDevice(session: AgentSession, lease: Lease): Promise<void> {
    const witness = await lease.witness?.().catch(() => null);
    const work = session.isFulfilled ? addWork(this.#work, session.work) : null;
    const problem = witness && work ? compareWithDevice(witness, work) : null;
    if (problem !== null) session.contradict(problem);
  }

  /** Logs in on the guest's console, if that is how its agent is started. */
  #openLogin(vmm: Vmm): ConsoleLogin | null {
    const { login } = this.#setting;
    if (!login) return null;
    this.#login = new ConsoleLogin(login, vmm.consoleInput, {
      onWaiting: (what) => this.#enter('boot', `waiting for ${what}`, null),
      onFailure: (detail) => this.#endEarly({ cause: 'login-failed', detail }),
    });
    this.#enter('boot', `waiting for ${this.#login.waitingFor}`, null);
    return this.#login;
  }

  #onMessage(message: AgentMessage): void {
    const { limits } = this.#setting;
    const session = this.#session as AgentSession;
    if (message.type === 'round-begin') this.#beginRound(message.round);
    const before = session.activity;
    const now = performance.now();
    if (message.type === 'hello') {
      this.#bootMs = now - this.#startedAt;
      this.#agentSince = now;
      this.#login?.end();
    }
    session.receive(message, now - this.#startedAt);
    this.#hooks.message?.(message);
    if (message.type === 'bye') {
      this.#stopAgentClock();
      this.#limits.silence.clear();
      this.#limits.phase.set('power-off', limits.powerOff);
      this.#enter('power-off', null, limits.powerOff);
      return;
    }
    this.#limits.silence.set('', limits.silence);
    if (message.type === 'test-begin') {
      // The limit is the plan's: what a guest says its limit is does not count.
      const step = this.#tests.find((test) => test.name === message.name);
      this.#limits.phase.set(session.activity, step ? step.timeout_ms + limits.testGrace : limits.stage);
    } else if (message.type === 'stage' && message.stage === 'idle') {
      // It waits for us.
      this.#limits.phase.clear();
      this.#nextRound(session);
    } else if (session.activity !== before) {
      this.#limits.phase.set(session.activity, limits.stage);
    }
  }

  /** A guest in which something went wrong is used no more, so that its console ends with what it is about. */
  #nextRound(session: AgentSession): void {
    const { rounds } = this.#hooks;
    if (!rounds) return;
    const next = session.isFulfilled && this.#early === null ? rounds.next() : null;
    if (next) this.#goOn(session, next, rounds.ended);
    const command: HostCommand = next
      ? { type: 'run', round: next.number, tests: next.plan.tests }
      : { type: 'finish' };
    this.send(command).catch((error: unknown) => this.#log('warning', messageOf(error)));
    if (!next) this.#limits.phase.set(session.activity, this.#setting.limits.stage);
  }

  /** The round that is over becomes a result; from here on everything belongs to the next one. */
  #goOn(session: AgentSession, next: GuestRound, onEnd: (end: GuestEnd) => void): void {
    const { limits, emit } = this.#setting;
    this.#stopAgentClock();
    const passed = { outcome: 'pass', error_kind: null, reason: null } as const;
    onEnd(this.#makeEnd(passed, null));
    this.#id = next.id;
    this.#startedAt = performance.now();
    this.#agentSince = this.#startedAt;
    this.#bootMs = null;
    this.#agentMs = null;
    this.#warnings = 0;
    this.#limits.total.set('', limits.total);
    if (this.#vmm)
      emit({ type: 'guest-started', guest: next.id, pid: this.#vmm.pid, device: session.device });
    this.#work = addWork(this.#work, session.work);
    this.#session = session.follow(next.id, next.plan, next.number);
    this.#limits.phase.set(`the start of round ${next.number}`, limits.stage);
  }

  #beginRound(round: number): void {
    const at = this.#roundsAhead.findIndex((command) => command.round === round);
    this.#tests = this.#roundsAhead[at]?.tests ?? this.#tests;
    this.#roundsAhead.splice(0, at + 1);
  }

  #onConsoleLine(line: string): void {
    this.#session?.consoleLine(line);
    const finding = matchConsoleLine(line);
    if (!finding) return;
    if (finding.kind === 'panic') {
      this.#endEarly({ cause: 'panic', line });
    } else if (this.#warnings < MAX_WARNINGS) {
      this.#warnings += 1;
      this.#setting.emit({ type: 'guest-warning', guest: this.#id, warning: finding });
    }
  }

  /** The first reason counts. A guest that panicked ends by itself, and may take a moment to print why. */
  #endEarly(early: EarlyEnd): void {
    if (this.#early) return;
    this.#early = early;
    this.#limits.clear();
    if (early.cause !== 'panic') void this.#vmm?.stop();
    else setTimeout(() => void this.#vmm?.stop(), this.#setting.limits.powerOff).unref();
  }

  #watchShare(share: GuestShare): void {
    const timer = setInterval(async () => {
      const detail = await share.overLimit(CHANNEL_FILE).catch(() => null);
      if (detail) this.#endEarly({ cause: 'share-full', detail: `the guest left ${detail}` });
      await this.#checkChannelFile(share);
    }, SHARE_CHECK_MS);
    this.#teardown.add(() => clearInterval(timer));
  }

  /** What the agent says into a file that is no longer where it was, nobody may ever read. */
  async #checkChannelFile(share: GuestShare): Promise<void> {
    if (this.#channelUse === 'vsock' || this.#session?.saidBye) return;
    if (await share.isInPlace(CHANNEL_FILE)) return;
    const detail = 'its channel was lost: the file was removed or replaced';
    this.#endEarly({ cause: 'channel-lost', detail });
  }

  #onChannelUse(channel: ChannelUse): void {
    this.#channelUse = channel;
    this.#setting.emit({ type: 'guest-channel', guest: this.#id, channel });
  }

  #stopAgentClock(): void {
    if (this.#agentSince !== null) this.#agentMs ??= performance.now() - this.#agentSince;
  }

  #makeEnd(ending: Ending, exit: VmmExit | null): GuestEnd {
    return {
      ...ending,
      id: this.#id,
      cause: this.#early?.cause ?? null,
      signal: exit?.signal ?? null,
      channel: this.#channelUse,
      problems: this.#session?.problems ?? 0,
      saidBye: this.#session?.saidBye ?? false,
      boot_ms: this.#bootMs,
      agent_ms: this.#agentMs,
      duration_ms: performance.now() - this.#startedAt,
    };
  }

  async #collectArtifacts(share: GuestShare, session: AgentSession): Promise<void> {
    for (const name of session.artifacts) {
      try {
        await share.collect(name, join(this.#folder, name), MAX_ARTIFACT_BYTES);
        this.#setting.emit({ type: 'guest-artifact', guest: this.#id, name });
      } catch (error) {
        this.#log('warning', `${name} could not be collected from the share: ${messageOf(error)}`);
      }
    }
  }

  #failed(error: unknown): GuestEnd {
    // An abort while something was awaited surfaces as its own reason.
    const early = this.#early ?? { cause: 'host-failed', detail: messageOf(error) };
    const session = this.#session ?? new AgentSession(this.#id, noDevice, this.#setting.plan, () => {});
    return this.#makeEnd(judgeEnding(early, session, notStarted), null);
  }

  get #activity(): string {
    if (this.#session?.saidHello) return this.#session.activity;
    if (this.#login) return `boot (waiting for ${this.#login.waitingFor})`;
    const { bootHint } = this.#setting;
    return bootHint ? `boot (${bootHint})` : 'boot';
  }

  #enter(phase: 'queued' | 'boot' | 'power-off', detail: string | null, limit_ms: number | null): void {
    this.#setting.emit({ type: 'guest-phase', guest: this.#id, phase, detail, limit_ms });
  }

  #log(level: 'warning', text: string): void {
    // Whoever listens may have forgotten the guest.
    if (this.#over) return;
    this.#setting.emit({ type: 'guest-log', guest: this.#id, level, text });
  }
}

const noDevice = { host_bdf: null, guest_bdf: null, driver: null, node: null };
const notStarted: VmmExit = { code: null, signal: null, guestRequest: null, complaint: '' };

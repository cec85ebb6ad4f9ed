import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { UnstampedEvent } from '@coordinator/shared/event';
import type { AgentMessage, HostCommand } from '@coordinator/shared/message';
import type { Plan } from '@coordinator/shared/plan';
import {
  CHANNEL_FILE,
  type Channel,
  ChannelError,
  GuestChannel,
  type VsockEndpoint,
  type VsockProvider,
} from '../channel/index.ts';
import { ConsoleCapture, matchConsoleLine } from '../console/index.ts';
import { messageOf } from '../errors.ts';
import type { Lease, Platform } from '../platform/platform.ts';
import type { Vmm, VmmExit } from '../vmm/index.ts';
import { AgentSession } from './agent-session.ts';
import { type EarlyEnd, type Ending, judgeEnding } from './ending.ts';
import { GuestShare } from './guest-share.ts';
import type { Limits } from './limits.ts';
import { Teardown } from './teardown.ts';
import { Watchdog } from './watchdog.ts';

const HEARTBEAT_MS = 1000;
const SHARE_CHECK_MS = 500;
const MAX_WARNINGS = 100;
const MAX_ARTIFACT_BYTES = 4 * 2 ** 20;

/** What every guest of a run has in common. */
export interface GuestSetting {
  readonly run: string;
  readonly platform: Platform;
  readonly kernel: string;
  readonly initrd: string;
  readonly kernelArguments: readonly string[];
  /** The guest kit, which every guest reads as the share `hostshare`. */
  readonly kit: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly plan: Plan;
  readonly limits: Limits;
  /** Where guests get their vsock from; null for those that report over the shared file. */
  readonly vsock?: VsockProvider | null;
  /** Guests wait for commands after the plan; see {@link GuestRun.send}. */
  readonly stay?: boolean;
  /** Keep the guests' share folders after the run. */
  readonly keep: boolean;
  readonly emit: (event: UnstampedEvent) => void;
  /** Aborts with an {@link EarlyEnd} as its reason: every guest ends with it. */
  readonly signal: AbortSignal;
}

/** The life of one guest, from its place in the queue to its `guest-ended` event. Never rejects. */
export class GuestRun {
  readonly #id: string;
  readonly #folder: string;
  readonly #setting: GuestSetting;
  readonly #teardown = new Teardown();
  readonly #phaseLimit = new Watchdog((what, limitMs) => this.#endEarly({ cause: 'timeout', what, limitMs }));
  readonly #totalLimit = new Watchdog((_, limitMs) =>
    this.#endEarly({ cause: 'overtime', what: this.#activity, limitMs }),
  );
  readonly #silenceLimit = new Watchdog((_, limitMs) =>
    this.#endEarly({ cause: 'silence', what: this.#activity, limitMs }),
  );
  #early: EarlyEnd | null = null;
  #vmm: Vmm | null = null;
  #session: AgentSession | null = null;
  #channel: Channel | null = null;
  /** The tests the agent is at, whose limits count: the plan's, or those of a round that it was sent. */
  #tests: Plan['tests'];
  #roundsAhead: Array<Extract<HostCommand, { type: 'run' }>> = [];
  #startedAt = performance.now();
  #warnings = 0;

  /** @param folder the guest's own in the run store; made here. */
  constructor(id: string, folder: string, setting: GuestSetting) {
    this.#id = id;
    this.#folder = folder;
    this.#setting = setting;
    this.#tests = setting.plan.tests;
  }

  async run(): Promise<void> {
    const { signal, emit } = this.#setting;
    const onAbort = () => this.#endEarly(signal.reason as EarlyEnd);
    signal.addEventListener('abort', onAbort, { once: true });
    const ending = await this.#live().catch((error: unknown) => this.#failed(error));
    await this.#teardown.run((error) => this.#log('warning', `clean-up: ${messageOf(error)}`));
    signal.removeEventListener('abort', onAbort);
    const duration_ms = performance.now() - this.#startedAt;
    emit({ type: 'guest-ended', guest: this.#id, ...ending, duration_ms });
  }

  /**
   * Hands a command to the agent. Resolves when it has taken it.
   * @throws ChannelError when the guest has not started or has ended.
   */
  async send(command: HostCommand): Promise<void> {
    if (!this.#channel) throw new ChannelError(`${this.#id} is not running`);
    if (command.type === 'run') this.#roundsAhead.push(command);
    await this.#channel.send(command);
  }

  async #live(): Promise<Ending> {
    const { platform, signal, limits, run, plan, vsock, stay } = this.#setting;
    this.#enter('queued', null, null);
    const lease = await platform.lease(this.#id, signal);
    this.#teardown.add(() => lease.release());
    this.#startedAt = performance.now();

    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const endpoint = (await vsock?.open(this.#id)) ?? null;
    if (endpoint) this.#teardown.add(() => endpoint.close());
    const { tests, interrupts } = plan;
    const share = await GuestShare.create(this.#folder, {
      version: 1,
      run,
      guest: this.#id,
      heartbeat_ms: HEARTBEAT_MS,
      interrupts,
      tests,
      ...(stay ? { stay } : {}),
      ...(endpoint ? { vsock_port: endpoint.port } : {}),
    });
    if (!this.#setting.keep) this.#teardown.add(() => share.remove());
    const session = new AgentSession(this.#id, lease.device, interrupts, this.#setting.emit);
    this.#session = session;
    const channel = await this.#openChannel(share, session, endpoint);
    this.#channel = channel;
    this.#teardown.add(() => channel.finish());
    signal.throwIfAborted();

    const vmm = await this.#start(lease, share, endpoint);
    this.#phaseLimit.set('boot', limits.boot);
    this.#totalLimit.set('', limits.total);
    const exit = await this.#untilEnd(vmm, channel);
    await this.#collectArtifacts(share, session);
    return judgeEnding(this.#early, session, exit);
  }

  #openChannel(
    share: GuestShare,
    session: AgentSession,
    endpoint: VsockEndpoint | null,
  ): Promise<GuestChannel> {
    return GuestChannel.create(
      share.folder,
      {
        onMessage: (message) => this.#onMessage(message),
        onProblem: (problem) => session.problem(problem),
        onUse: (channel) => this.#setting.emit({ type: 'guest-channel', guest: this.#id, channel }),
        onNotice: (text) => this.#log('warning', text),
      },
      endpoint,
    );
  }

  async #start(lease: Lease, share: GuestShare, endpoint: VsockEndpoint | null): Promise<Vmm> {
    const { platform, kernel, initrd, kernelArguments, kit, cpus, memoryMiB, emit, limits } = this.#setting;
    const shares = [
      { tag: 'hostshare', folder: kit, readOnly: true },
      { tag: 'results', folder: share.folder, readOnly: false },
    ];
    this.#startedAt = performance.now();
    const vmm = await platform.start(
      {
        name: this.#id,
        kernel,
        initrd,
        kernelArguments,
        cpus,
        memoryMiB,
        shares,
        vsock: endpoint?.device ?? null,
      },
      lease,
    );
    this.#vmm = vmm;
    this.#teardown.add(() => vmm.stop());
    emit({ type: 'guest-started', guest: this.#id, pid: vmm.pid, device: lease.device });
    this.#enter('boot', null, limits.boot);
    void lease.lost.then((detail) => this.#endEarly({ cause: 'device-lost', detail }));
    this.#watchShare(share);
    return vmm;
  }

  /** Waits for the VMM's end, then for all that the guest had said before it. */
  async #untilEnd(vmm: Vmm, channel: Channel): Promise<VmmExit> {
    const console = new ConsoleCapture(vmm.console, join(this.#folder, 'console.log'), {
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
    for (const watchdog of [this.#phaseLimit, this.#totalLimit, this.#silenceLimit]) watchdog.clear();
    await console.done;
    await channel.finish();
    // What arrives now tells how the guest ended; it starts no new wait.
    for (const watchdog of [this.#phaseLimit, this.#silenceLimit]) watchdog.clear();
    return exit;
  }

  #onMessage(message: AgentMessage): void {
    const { limits } = this.#setting;
    const session = this.#session as AgentSession;
    if (message.type === 'round-begin') this.#beginRound(message.round);
    const before = session.activity;
    session.receive(message, performance.now() - this.#startedAt);
    if (message.type === 'bye') {
      this.#silenceLimit.clear();
      this.#phaseLimit.set('power-off', limits.powerOff);
      this.#enter('power-off', null, limits.powerOff);
      return;
    }
    this.#silenceLimit.set('', limits.silence);
    if (message.type === 'test-begin') {
      // The limit is the plan's: what a guest says its limit is does not count.
      const step = this.#tests.find((test) => test.name === message.name);
      this.#phaseLimit.set(session.activity, step ? step.timeout_ms + limits.testGrace : limits.stage);
    } else if (message.type === 'stage' && message.stage === 'idle') {
      // It waits for us.
      this.#phaseLimit.clear();
    } else if (session.activity !== before) {
      this.#phaseLimit.set(session.activity, limits.stage);
    }
  }

  #beginRound(round: number): void {
    const at = this.#roundsAhead.findIndex((command) => command.round === round);
    this.#tests = this.#roundsAhead[at]?.tests ?? this.#tests;
    this.#roundsAhead.splice(0, at + 1);
  }

  #onConsoleLine(line: string): void {
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
    for (const watchdog of [this.#phaseLimit, this.#totalLimit, this.#silenceLimit]) watchdog.clear();
    if (early.cause !== 'panic') void this.#vmm?.stop();
    else setTimeout(() => void this.#vmm?.stop(), this.#setting.limits.powerOff).unref();
  }

  #watchShare(share: GuestShare): void {
    const timer = setInterval(async () => {
      const detail = await share.overLimit(CHANNEL_FILE).catch(() => null);
      if (detail) this.#endEarly({ cause: 'share-full', detail: `the guest left ${detail}` });
    }, SHARE_CHECK_MS);
    this.#teardown.add(() => clearInterval(timer));
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

  #failed(error: unknown): Ending {
    // An abort while something was awaited surfaces as its own reason.
    const early = this.#early ?? { cause: 'host-failed', detail: messageOf(error) };
    return judgeEnding(
      early,
      this.#session ?? new AgentSession(this.#id, noDevice, false, () => {}),
      notStarted,
    );
  }

  get #activity(): string {
    return this.#session?.activity ?? 'boot';
  }

  #enter(phase: 'queued' | 'boot' | 'power-off', detail: string | null, limit_ms: number | null): void {
    this.#setting.emit({ type: 'guest-phase', guest: this.#id, phase, detail, limit_ms });
  }

  #log(level: 'warning', text: string): void {
    this.#setting.emit({ type: 'guest-log', guest: this.#id, level, text });
  }
}

const noDevice = { host_bdf: null, guest_bdf: null, driver: null, node: null };
const notStarted: VmmExit = { code: null, signal: null, guestRequest: null, complaint: '' };

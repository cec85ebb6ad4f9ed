import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@coordinator/base/errors';
import { CHANNEL_FILE, ChannelError, GuestChannel, type VsockEndpoint } from '@coordinator/channel';
import { type EarlyEnd, type GuestEnd, GuestLife, type LifeInput } from '@coordinator/life';
import { Alarm, Teardown, WatchedClock } from '@coordinator/machine/lifetime';
import type { Vmm } from '@coordinator/machine/vmm';
import type { AgentMessage, HostCommand } from '@coordinator/shared/message';
import type { ChannelUse } from '@coordinator/shared/report';
import type { Lease } from '../platform/index.ts';
import { collectArtifacts } from './collect-artifacts.ts';
import { GuestConsole } from './guest-console.ts';
import type { GuestHooks } from './guest-hooks.ts';
import { GuestParts } from './guest-parts.ts';
import { type GuestSetting, machineName, makeJob, makeMachine } from './guest-setting.ts';
import { GuestShare } from './guest-share.ts';
import { ReleaseDoor } from './release-door.ts';
import { serveCommands } from './serve-commands.ts';
import { ShareWatch } from './share-watch.ts';
import { takeStock } from './take-stock.ts';

/** What the VMM wrote to its standard error, in the guest's folder. */
const ERROR_LOG = 'vmm.log';

/** Connects the life of one guest to what it is made of: a device, a VMM, a share, a channel, a console and a clock. */
export class Guest {
  readonly #id: string;
  readonly #folder: string;
  readonly #setting: GuestSetting;
  readonly #hooks: GuestHooks;
  readonly #life: GuestLife;
  readonly #clock = new WatchedClock();
  readonly #alarm: Alarm;
  readonly #teardown = new Teardown();
  readonly #parts: GuestParts;
  #use: ChannelUse = 'file';

  /** @param folder the guest's own in the run store; made here. */
  constructor(id: string, folder: string, setting: GuestSetting, hooks: GuestHooks = {}) {
    const { plan, limits, stay, hold = null, bootHint = null } = setting;
    const stays = hooks.rounds ? 'for-rounds' : stay ? 'for-commands' : 'not';
    this.#id = id;
    this.#folder = folder;
    this.#setting = setting;
    this.#hooks = hooks;
    this.#life = new GuestLife(id, { plan, limits, stays, hold, bootHint });
    this.#parts = new GuestParts(setting.emit, hooks, (input) => this.#tell(input));
    this.#alarm = new Alarm(
      this.#clock,
      () => this.#tell({ type: 'tick' }),
      async () => this.#parts.channel?.catchUp(),
    );
  }

  /** Never rejects. @returns how the last round ended. */
  async run(): Promise<GuestEnd> {
    const { signal } = this.#setting;
    const onAbort = () => this.#tell({ type: 'end', early: signal.reason as EarlyEnd });
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    // An abort while something is awaited surfaces as its own reason, which is known already.
    await this.#live().catch((error) => this.#tell({ type: 'failed', detail: messageOf(error) }));
    const over = this.#clock.now().passed;
    const end = this.#parts.end as GuestEnd;
    this.#hooks.ended?.();
    await this.#teardown.run((error) => this.#warn(end.id, `clean-up: ${messageOf(error)}`));
    signal.removeEventListener('abort', onAbort);
    this.#clock.close();
    return { ...end, duration_ms: end.duration_ms + this.#clock.now().passed - over };
  }

  /**
   * Hands a command to the agent. Resolves when it has taken it.
   * @throws ChannelError when the guest has not started or has ended.
   */
  async send(command: HostCommand): Promise<void> {
    if (!this.#parts.channel) throw new ChannelError(`${this.#id} is not running`);
    this.#tell({ type: 'commanded', command });
    await this.#parts.channel.send(command);
  }

  async #live(): Promise<void> {
    const { platform, signal, emit, vsock, keep } = this.#setting;
    emit({ type: 'guest-phase', guest: this.#id, phase: 'queued', detail: null, limit_ms: null });
    const lease = await platform.lease(machineName(this.#id), signal);
    this.#teardown.add(() => this.#giveBack(lease));
    this.#tell({ type: 'leased', device: lease.device });
    const kernel = lease.watchKernel?.(({ kind, text }) => this.#tell({ type: 'host-kernel', kind, text }));
    if (kernel) this.#teardown.add(() => kernel.end());
    this.#parts.takeStock = () => takeStock(lease, kernel);

    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const endpoint = (await vsock?.open(machineName(this.#id))) ?? null;
    if (endpoint) this.#teardown.add(() => endpoint.close());
    const job = makeJob(this.#setting, this.#id, endpoint);
    const share = await GuestShare.create(this.#folder, job, lease.results);
    if (!keep) this.#teardown.add(() => share.remove());
    const channel = await this.#openChannel(share, endpoint);
    signal.throwIfAborted();

    const vmm = await this.#start(lease, share, channel, endpoint);
    const saysByFile = () => this.#use !== 'vsock' && !this.#life.session.saidBye;
    const watch = new ShareWatch(share, saysByFile, this.#endEarly);
    this.#teardown.add(() => watch.stop());
    const exit = await vmm.exited;
    this.#tell({ type: 'gone' });
    await this.#parts.console?.finish();
    await channel.finish();
    await watch.look();
    const stock = await takeStock(lease, kernel);
    const { artifacts } = this.#life.session.progress;
    this.#tell({ type: 'exited', exit, ...stock });
    const guest = this.#parts.end?.id ?? this.#id;
    if (existsSync(join(this.#folder, ERROR_LOG))) emit({ type: 'guest-artifact', guest, name: ERROR_LOG });
    await collectArtifacts(share, artifacts, this.#folder, {
      onKept: (name) => emit({ type: 'guest-artifact', guest, name }),
      onProblem: (text) => this.#warn(guest, text),
    });
  }

  async #giveBack(lease: Lease): Promise<void> {
    try {
      await lease.release();
    } catch (error) {
      this.#setting.onUnreturned?.(messageOf(error));
      throw error;
    }
  }

  async #openChannel(share: GuestShare, endpoint: VsockEndpoint | null): Promise<GuestChannel> {
    const channel = await GuestChannel.create(
      share.folder,
      {
        onMessage: (message) => this.#onMessage(message),
        onProblem: (text) => this.#tell({ type: 'channel-problem', text }),
        onUse: (use) => {
          this.#use = use;
          this.#tell({ type: 'channel-use', channel: use });
        },
        onNotice: (text) => this.#tell({ type: 'notice', text }),
      },
      endpoint,
    );
    this.#parts.channel = channel;
    await share.remember(CHANNEL_FILE);
    this.#teardown.add(() => channel.finish());
    return channel;
  }

  async #start(
    lease: Lease,
    share: GuestShare,
    channel: GuestChannel,
    endpoint: VsockEndpoint | null,
  ): Promise<Vmm> {
    const { platform, emit, login = null, limits, onConsoleLine } = this.#setting;
    const machine = {
      ...makeMachine(this.#setting, this.#id, share.folder),
      vsock: endpoint?.device ?? null,
      errorLog: join(this.#folder, ERROR_LOG),
    };
    this.#tell({ type: 'starting' });
    const vmm = await platform.start(this.#hooks.machine?.(machine) ?? machine, lease);
    this.#parts.vmm = vmm;
    this.#teardown.add(() => vmm.stop());
    const atConsole = login && { setting: login, clock: this.#clock, bootMs: limits.boot };
    this.#parts.console = new GuestConsole(vmm, join(this.#folder, 'console.log'), atConsole, (input) => {
      if (input.type === 'console-line') onConsoleLine?.(this.#id, input.line);
      this.#tell(input);
    });
    this.#tell({ type: 'started', pid: vmm.pid, start: vmm.start, command: vmm.command });
    if (vmm.notice !== undefined) this.#tell({ type: 'notice', text: vmm.notice });
    const attach = `gdb-multiarch VMLINUX -ex 'target remote ${vmm.gdbSocket}'`;
    if (vmm.gdbSocket !== undefined) emit({ type: 'run-notice', text: `${this.#id}: ${attach}` });
    this.#parts.console.begin();
    emit({ type: 'guest-artifact', guest: this.#id, name: 'console.log' });
    void lease.lost.then((detail) => this.#endEarly({ cause: 'device-lost', detail }));
    this.#teardown.add(serveCommands(vmm, machineName(this.#id)));
    this.#parts.door = ReleaseDoor.of(vmm, machineName(this.#id), () => this.#tell({ type: 'release' }));
    this.#hooks.started?.({ vmm, lease, share, channel });
    return vmm;
  }

  readonly #endEarly = (early: EarlyEnd): void => this.#tell({ type: 'end', early });

  #onMessage(message: AgentMessage): void {
    this.#tell({ type: 'message', message });
    this.#hooks.message?.(message);
  }

  #tell(input: LifeInput): void {
    for (const effect of this.#life.step(input, this.#clock.now())) this.#parts.carryOut(effect);
    this.#alarm.set(this.#life.deadline);
  }

  #warn(guest: string, text: string): void {
    this.#setting.emit({ type: 'guest-log', guest, level: 'warning', text });
  }
}

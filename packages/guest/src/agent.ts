import { type AgentStage, messageLimits } from '@coordinator/shared/message/protocol';
import type { Channel } from './channel/channel.ts';
import { CHANNEL_FILE, SharedFileChannel } from './channel/shared-file.ts';
import type { AgentOptions } from './options.ts';
import type { Runtime } from './runtime/runtime.ts';
import type { StageContext } from './stages/context.ts';
import { sayHello } from './stages/hello.ts';
import { stages } from './stages/index.ts';
import { saveKernelLog } from './stages/kernel-log.ts';
import { mountResults, readJob } from './stages/mount.ts';
import { powerOff } from './stages/power-off.ts';
import { GuestSystem } from './system/guest-system.ts';
import { clip, reasonOf } from './system/text.ts';

/** What the agent does in one guest, from the mounted kit to the power switch. Never throws. */
export class Agent {
  readonly #runtime: Runtime;
  readonly #options: AgentOptions;
  readonly #system: GuestSystem;
  /** Rejects when the work must stop, whatever it is at. */
  readonly #stop: Promise<never>;
  #giveUp: (reason: Error) => void = () => {};
  #channel: Channel | undefined;
  #stage: AgentStage = 'mount';
  #cancelHeartbeat = () => {};

  constructor(runtime: Runtime, options: AgentOptions) {
    this.#runtime = runtime;
    this.#options = options;
    this.#system = new GuestSystem(runtime, options.root);
    this.#stop = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
  }

  /** @returns the exit status: 0, or 1 when the work could not be done. */
  async run(): Promise<number> {
    const uptimeMs = this.#system.uptime();
    this.#runtime.onTerminate(() => this.#giveUp(new Error('terminated')));
    let status = 0;
    try {
      await Promise.race([this.#work(uptimeMs), this.#stop]);
    } catch (error) {
      status = 1;
      this.#reportTrouble(reasonOf(error));
    }
    this.#cancelHeartbeat();
    if (this.#options.powerOff) {
      this.#complain(await powerOff(this.#system, this.#runtime.clock));
      return 1;
    }
    return status;
  }

  async #work(uptimeMs: number): Promise<void> {
    const { clock, files } = this.#runtime;
    const results = this.#options.results ?? (await mountResults(this.#system, clock));
    const job = readJob(this.#system, results);
    const channel = new SharedFileChannel(files.openAppend(`${results}/${CHANNEL_FILE}`), clock);
    // Work that was given up may go on in the background: its messages must not follow the last one.
    const live: Channel = { send: (message) => this.#channel === channel && channel.send(message) };
    this.#channel = channel;
    const context: StageContext = {
      runtime: this.#runtime,
      system: this.#system,
      channel: live,
      job,
      kit: this.#options.kit,
      results,
      node: null,
    };
    this.#stage = 'hello';
    await sayHello(context, uptimeMs);
    this.#beat(live, uptimeMs, job.heartbeat_ms);
    for (const stage of stages) {
      this.#enter(live, stage.name);
      await stage.run(context);
    }
    this.#enter(live, 'bye');
    await saveKernelLog(context);
    live.send({ type: 'bye' });
    this.#channel = undefined;
  }

  #enter(channel: Channel, stage: AgentStage): void {
    this.#stage = stage;
    channel.send({ type: 'stage', stage });
  }

  /** Tells a stalled agent from a long test. */
  #beat(channel: Channel, uptimeMs: number, everyMs: number): void {
    const { clock } = this.#runtime;
    const started = clock.now();
    const next = () => {
      this.#cancelHeartbeat = clock.after(everyMs, () => {
        try {
          channel.send({ type: 'heartbeat', uptime_ms: uptimeMs + clock.now() - started });
          next();
        } catch (error) {
          this.#giveUp(error as Error);
        }
      });
    };
    next();
  }

  /** On the console too: the channel may be what is broken, or not be there yet. */
  #reportTrouble(reason: string): void {
    this.#complain(`${reason} (stage ${this.#stage})`);
    const channel = this.#channel;
    this.#channel = undefined;
    try {
      channel?.send({ type: 'trouble', stage: this.#stage, reason: clip(reason, messageLimits.line) });
      channel?.send({ type: 'bye' });
    } catch (error) {
      this.#complain(reasonOf(error));
    }
  }

  #complain(text: string): void {
    this.#runtime.complain(`coordinator-agent: ${text}`);
  }
}

import type { HostCommand } from '@coordinator/shared/message/command';
import { type AgentStage, messageLimits } from '@coordinator/shared/message/protocol';
import type { Channel } from '../channel/channel.ts';
import { openChannel } from '../channel/open.ts';
import type { AgentOptions } from '../options.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { freshContext, type StageContext } from '../stages/context.ts';
import { stages } from '../stages/index.ts';
import { GuestSystem } from '../system/guest-system.ts';
import { clip, reasonOf } from '../system/text.ts';
import { CommandQueue } from './commands.ts';
import { dump } from './dump.ts';
import { beat } from './heartbeat.ts';
import { type MachineFacts, machineFacts, sayHello } from './hello.ts';
import { saveKernelLog } from './kernel-log.ts';
import { mount, readJob } from './mount.ts';
import { powerOff, standStillInPanic } from './power-off.ts';
import { runRound } from './rounds.ts';

/** The exit status of an agent whose work could not be done. */
const FAILED = 1;

/** What the agent does in one guest, from the mounted kit to the power switch. Never throws. */
export class Agent {
  readonly #runtime: Runtime;
  readonly #options: AgentOptions;
  readonly #through: (channel: Channel) => Channel;
  readonly #system: GuestSystem;
  readonly #facts: Promise<MachineFacts>;
  /** Rejects when the work must stop, whatever it is at. */
  readonly #stop: Promise<never>;
  #giveUp: (reason: Error) => void = () => {};
  #channel: Channel | undefined;
  #stage: AgentStage = 'mount';
  #status = 0;
  #cancelHeartbeat = () => {};
  readonly #commands = new CommandQueue();
  #context: StageContext | undefined;
  #dumps = 0;
  /** Settles when those that were asked for are written. */
  #dumped: Promise<void> = Promise.resolve();

  /** @param through what everything it says goes through */
  constructor(
    runtime: Runtime,
    options: AgentOptions,
    through: (channel: Channel) => Channel = (channel) => channel,
  ) {
    this.#runtime = runtime;
    this.#options = options;
    this.#through = through;
    this.#system = new GuestSystem(runtime, options.root);
    this.#facts = machineFacts(this.#system);
    // Who says hello hears of it.
    this.#facts.catch(() => {});
    this.#stop = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
  }

  /** @returns the exit status: 0, or 1 when the work could not be done. */
  async run(): Promise<number> {
    const uptimeMs = this.#system.uptime();
    this.#runtime.onTerminate(() => this.#giveUp(new Error('terminated')));
    try {
      await Promise.race([this.#work(uptimeMs), this.#stop]);
    } catch (error) {
      this.#status = FAILED;
      await this.#reportTrouble(reasonOf(error));
    }
    this.#cancelHeartbeat();
    if (this.#options.powerOff) {
      this.#complain(await powerOff(this.#system, this.#runtime.clock));
      return 1;
    }
    return this.#status;
  }

  async #work(uptimeMs: number): Promise<void> {
    const { clock } = this.#runtime;
    const results = this.#options.results ?? (await mount(this.#system, clock, 'results'));
    const job = readJob(this.#system, results);
    const filesFolder = job.files ? await mount(this.#system, clock, 'files') : null;
    const { channel: opened, setIdle } = openChannel({
      runtime: this.#runtime,
      kit: this.#options.kit,
      results,
      job,
      listener: {
        onCommand: (command) => this.#obey(command, job.stay ?? false),
        onProblem: (problem) => this.#warn(problem),
      },
      onBroken: (error) => this.#giveUp(error),
    });
    const channel = this.#through(opened);
    // Work that was given up may go on in the background: its messages must not follow the last one.
    const live: Channel = {
      send: (message) => this.#channel === channel && channel.send(message),
      room: () => channel.room(),
      flush: () => channel.flush(),
    };
    this.#channel = channel;
    const context = freshContext({
      ...{ runtime: this.#runtime, system: this.#system, channel: live, job, results, filesFolder },
      kit: this.#options.kit,
    });
    this.#context = context;
    this.#stage = 'hello';
    sayHello(context, await this.#facts, uptimeMs);
    const pace = { uptimeMs, everyMs: job.heartbeat_ms };
    this.#cancelHeartbeat = beat(live, clock, pace, (error) => this.#giveUp(error));
    if (job.hold) standStillInPanic(this.#system);
    await this.#runStages(context);
    if (job.stay) await this.#obeyInTurn(context, setIdle);
    this.#enter(live, 'bye');
    await this.#dumped;
    await saveKernelLog(context);
    live.send({ type: 'bye' });
    this.#channel = undefined;
    await channel.flush();
  }

  /** What goes wrong ends the work, unless people want to look at it first. */
  async #runStages(context: StageContext): Promise<void> {
    try {
      for (const stage of stages) {
        this.#enter(context.channel, stage.name);
        await stage.run(context);
      }
    } catch (error) {
      if (!context.job.hold) throw error;
      this.#status = FAILED;
      this.#tellTrouble(context.channel, reasonOf(error));
    }
  }

  /** Does what the host asks for, until that is the end. */
  async #obeyInTurn(context: StageContext, setIdle: (idle: boolean) => void): Promise<void> {
    const { channel } = context;
    for (;;) {
      if (this.#commands.empty) {
        this.#enter(channel, 'idle');
        setIdle(true);
      }
      const command = await this.#commands.next();
      setIdle(false);
      if (command.type === 'finish') return;
      await runRound(context, command, (stage) => this.#enter(channel, stage));
    }
  }

  #obey(command: HostCommand, stays: boolean): void {
    switch (command.type) {
      case 'abort':
        this.#giveUp(new Error(`aborted by the host: ${command.reason}`));
        break;
      case 'dump':
        this.#dumps += 1;
        this.#dumped = Promise.all([this.#dumped, this.#dump(this.#dumps)]).then(() => {});
        break;
      case 'run':
      case 'finish':
        if (!stays) this.#warn(`the command ${command.type} was refused: the job does not say "stay"`);
        else if (!this.#commands.add(command))
          this.#warn(`the command ${command.type} was refused: too many wait`);
        break;
    }
  }

  /** Never rejects. */
  async #dump(number: number): Promise<void> {
    if (!this.#context) return;
    await dump(this.#context, number).catch((error: Error) => this.#giveUp(error));
  }

  #warn(text: string): void {
    try {
      this.#channel?.send({ type: 'log', level: 'warning', text: clip(text, messageLimits.line) });
    } catch (error) {
      this.#giveUp(error as Error);
    }
  }

  #enter(channel: Channel, stage: AgentStage): void {
    this.#stage = stage;
    channel.send({ type: 'stage', stage });
  }

  async #reportTrouble(reason: string): Promise<void> {
    const channel = this.#channel;
    this.#channel = undefined;
    try {
      this.#tellTrouble(channel, reason);
      channel?.send({ type: 'bye' });
      await channel?.flush();
    } catch (error) {
      this.#complain(reasonOf(error));
    }
  }

  /** On the console too: the channel may be what is broken, or not be there yet. */
  #tellTrouble(channel: Channel | undefined, reason: string): void {
    this.#complain(`${reason} (stage ${this.#stage})`);
    channel?.send({ type: 'trouble', stage: this.#stage, reason: clip(reason, messageLimits.line) });
  }

  #complain(text: string): void {
    this.#runtime.complain(`coordinator-agent: ${text}`);
  }
}

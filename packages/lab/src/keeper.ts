import { rm } from 'node:fs/promises';
import { messageOf } from '@coordinator/base/errors';
import { type ConsoleFinding, matchConsoleLine } from '@coordinator/machine/console';
import { Alarm, Teardown, WatchedClock } from '@coordinator/machine/lifetime';
import { ownIdentity, type ProcessMarker } from '@coordinator/machine/process';
import { userRuntimeFolder } from '@coordinator/machine/runtime-folder';
import { openSaved } from '@coordinator/template';
import { describeTimeout, type LabStage, readBootLine, STAGE_LIMIT_MS } from './boot-progress.ts';
import { exerciserAcs, labExercisers } from './exerciser/index.ts';
import type { LabFunction } from './function.ts';
import type { KeeperConfig } from './keeper-protocol.ts';
import { LabFolder, type LabState } from './lab-folder.ts';
import { LabVmm, type LabVmmSetting } from './lab-vmm.ts';
import { bootingLab, type LabMachine } from './machine.ts';
import { LabPort } from './port.ts';
import { restoreLab } from './restore.ts';

const CONSOLE_TAIL_LINES = 8;

/** What the owner of a keeper hears. */
export interface KeeperListener {
  /** It starts in another way than was meant. */
  onNotice(text: string): void;
  onStage(stage: LabStage): void;
  onReady(kernel: string): void;
}

/**
 * Has a lab: its device server and its machine are children of this process and end with it. Commands are run through
 * its hub.
 */
export class Keeper {
  readonly #config: KeeperConfig;
  readonly #listener: KeeperListener;
  readonly #folder: LabFolder;
  readonly #marker: Omit<ProcessMarker, 'role'>;
  readonly #teardown = new Teardown();
  readonly #clock = new WatchedClock();
  readonly #limit = new Alarm(this.#clock, () => (this.#onLate ?? this.#end)(describeTimeout(this.#stage)));
  /** Hears of a stage that takes too long, if there is another way to be up. */
  #onLate: ((why: string) => void) | null = null;
  readonly #consoleTail: string[] = [];
  readonly #started = new Date().toISOString();
  #resolveEnd: (reason: string) => void = () => {};
  readonly #ended: Promise<string>;
  #stage: LabStage = 'engines';
  #kernel: string | null = null;
  #end: (reason: string) => void;

  constructor(config: KeeperConfig, listener: KeeperListener) {
    this.#config = config;
    this.#listener = listener;
    this.#folder = new LabFolder(config.id);
    this.#marker = { run: `lab-${config.id}`, owner: ownIdentity(), runtime: userRuntimeFolder() };
    this.#ended = new Promise((resolve) => {
      this.#resolveEnd = resolve;
    });
    this.#end = (reason) => this.#resolveEnd(reason);
  }

  /**
   * Starts the lab and has it until it ends, for whatever reason, or `stop` aborts.
   * @returns why it ended; null after `stop`.
   */
  async run(stop: AbortSignal): Promise<string | null> {
    try {
      await this.#start(stop);
      const stopped = new Promise<null>((resolve) => {
        if (stop.aborted) resolve(null);
        else stop.addEventListener('abort', () => resolve(null), { once: true });
      });
      return await Promise.race([this.#ended, stopped]);
    } catch (error) {
      if (stop.aborted) return null;
      return messageOf(error);
    } finally {
      this.#limit.set(null);
      await this.#teardown.run((error) => process.stderr.write(`clean-up: ${messageOf(error)}\n`));
    }
  }

  /** Notes down, for other commands, that it ended and why. */
  noteEnd(reason: string): void {
    this.#write('ended', [reason, ...this.#consoleTail].join('\n'));
  }

  async #start(stop: AbortSignal): Promise<void> {
    this.#enter('engines');
    const functions = this.#startExercisers();
    functions.catch(() => {});
    if (await this.#restore(functions, stop)) return;
    const present = await functions;
    stop.throwIfAborted();
    this.#enter('kernel');
    const vmm = await LabVmm.start(
      bootingLab(this.#machine, present, this.#config.kernelArguments),
      this.#vmmSetting,
    );
    this.#follow(vmm);
    const port = await this.#openPort(vmm, this.#end);
    void port.ready.then((kernel) => this.#beReady(kernel));
  }

  async #startExercisers(): Promise<LabFunction[]> {
    const { iommu, deviceServer, devices } = this.#config;
    const place = {
      ...{ path: this.#folder.path, devices, deviceServer, marker: this.#marker, teardown: this.#teardown },
      end: this.#end,
    };
    const present = Object.values(labExercisers).filter((exerciser) => exerciser.iommu === iommu);
    return (await Promise.all(present.map((exerciser) => exerciser.start(place)))).flat();
  }

  /** @returns whether it is up; what is wrong with a saved lab must keep nobody from having one. */
  async #restore(functions: Promise<readonly LabFunction[]>, stop: AbortSignal): Promise<boolean> {
    const { saved } = this.#config;
    if (saved === null) return false;
    this.#enter('restoring');
    const attempt = new AbortController();
    let onBroken = (why: string): void => attempt.abort(new Error(why));
    this.#onLate = onBroken;
    try {
      const { vmm, port } = await restoreLab({
        ...{ machine: this.#machine, saved: await openSaved(saved), setting: this.#vmmSetting, functions },
        open: (restored) => this.#openPort(restored, (why) => onBroken(why)),
        onPlugging: () => this.#enter('plugging'),
        signal: AbortSignal.any([attempt.signal, stop]),
      });
      onBroken = this.#end;
      this.#follow(vmm);
      this.#beReady(await port.ready);
      return true;
    } catch (error) {
      stop.throwIfAborted();
      this.#listener.onNotice(`the lab boots, as it could not be restored: ${messageOf(error)}`);
      await rm(this.#consoleLog, { force: true });
      return false;
    } finally {
      this.#onLate = null;
    }
  }

  get #machine(): LabMachine {
    const { iommu, cpus, memoryMiB, files } = this.#config;
    return {
      ...{ iommu, cpus, memoryMiB, ...files },
      acs: exerciserAcs,
      ...this.#folder.places,
    };
  }

  get #consoleLog(): string {
    return this.#config.consoleLog ?? this.#folder.console;
  }

  get #vmmSetting(): LabVmmSetting {
    return {
      qemu: this.#config.files.qemu,
      marker: { ...this.#marker, role: 'helper' },
      consoleLog: this.#consoleLog,
      onLine: (line) => this.#onConsoleLine(line),
    };
  }

  #follow(vmm: LabVmm): void {
    this.#teardown.add(() => vmm.stop());
    void vmm.ended.then(this.#end);
  }

  async #openPort(vmm: LabVmm, onBroken: (reason: string) => void): Promise<LabPort> {
    const sockets = { port: this.#folder.places.execSocket, socket: this.#folder.exec };
    const port = await LabPort.open(vmm, sockets, onBroken);
    this.#teardown.add(() => port.close());
    return port;
  }

  #onConsoleLine(line: string): void {
    if (line.trim() === '') return;
    this.#consoleTail.push(line);
    if (this.#consoleTail.length > CONSOLE_TAIL_LINES) this.#consoleTail.shift();
    const boot = readBootLine(line);
    if (boot && 'failure' in boot) this.#end(`the lab could not start: ${boot.failure}`);
    else if (boot) this.#enter(boot.stage);
    const finding: ConsoleFinding | null = matchConsoleLine(line);
    if (finding?.kind === 'panic') this.#end(`the kernel of the lab panicked: ${finding.line}`);
  }

  /** A stage is noted down; the time it may take runs until the next one. */
  #enter(stage: LabStage): void {
    if (this.#kernel !== null) return;
    this.#stage = stage;
    this.#limit.set(this.#clock.now().watched + STAGE_LIMIT_MS);
    this.#write('starting', stage);
    this.#listener.onStage(stage);
  }

  #beReady(kernel: string): void {
    this.#kernel = kernel;
    this.#limit.set(null);
    this.#write('ready', '');
    this.#listener.onReady(kernel);
  }

  #write(state: LabState['state'], detail: string): void {
    const { id, iommu, devices } = this.#config;
    const keeper = this.#marker.owner;
    this.#folder.write({
      ...{ version: 1, id, iommu, keeper, state, detail },
      devices: devices.map(({ driver }) => driver),
      started: this.#started,
      kernel: this.#kernel,
    });
  }
}

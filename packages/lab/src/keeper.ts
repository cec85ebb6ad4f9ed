import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import { EXEC_PROTOCOL_VERSION, ExecHub, type Hello } from '@coordinator/exec';
import { ConsoleCapture, type ConsoleFinding, matchConsoleLine } from '@coordinator/machine/console';
import { Alarm, Teardown, WatchedClock } from '@coordinator/machine/lifetime';
import { ownIdentity, type ProcessMarker } from '@coordinator/machine/process';
import { userRuntimeFolder } from '@coordinator/machine/runtime-folder';
import { startVmmChild, tryConnect, type VmmChild } from '@coordinator/machine/vmm';
import { describeTimeout, type LabStage, readBootLine, STAGE_LIMIT_MS } from './boot-progress.ts';
import { labExercisers } from './exerciser/index.ts';
import type { KeeperConfig } from './keeper-protocol.ts';
import { LabFolder, type LabState } from './lab-folder.ts';
import { labMachineArguments } from './machine.ts';

const CONNECT_POLL_MS = 10;
const CONSOLE_TAIL_LINES = 8;

/** What the owner of a keeper hears. */
export interface KeeperListener {
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
  readonly #limit = new Alarm(this.#clock, () => this.#end(describeTimeout(this.#stage)));
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
    const functions = await this.#startExercisers();
    stop.throwIfAborted();
    this.#enter('kernel');
    const { files, iommu, cpus, memoryMiB, kernelArguments } = this.#config;
    const machine = {
      ...{ iommu, cpus, memoryMiB, functions },
      acs: Object.values(labExercisers).flatMap(({ acs }) => acs ?? []),
      kernel: files.kernel,
      initrd: files.initrd,
      rootImage: files.rootImage,
      packImage: files.packImage,
      disk: files.disk,
      exchange: this.#folder.exchange,
      execSocket: this.#folder.port,
    };
    const vmm = await startVmmChild(files.qemu, labMachineArguments(machine, kernelArguments), {
      ...this.#marker,
      role: 'helper',
    });
    this.#followMachine(vmm);
    const port = await this.#connect(this.#folder.port, vmm, stop);
    const hub = new ExecHub('the lab', port, (hello) => this.#onHello(hello), this.#end);
    this.#teardown.add(() => hub.close());
    await hub.listen(this.#folder.exec);
  }

  async #startExercisers(): Promise<string[]> {
    const { iommu, deviceServer, devices } = this.#config;
    const place = {
      ...{ path: this.#folder.path, devices, deviceServer, marker: this.#marker, teardown: this.#teardown },
      end: this.#end,
    };
    const present = Object.values(labExercisers).filter((exerciser) => exerciser.iommu === iommu);
    return (await Promise.all(present.map((exerciser) => exerciser.start(place)))).flat();
  }

  #followMachine(vmm: VmmChild): void {
    const capture = new ConsoleCapture(vmm.stdout, this.#config.consoleLog ?? this.#folder.console, {
      onLine: (line) => this.#onConsoleLine(line),
      onLogError: (error) => process.stderr.write(`console: ${error.message}\n`),
    });
    this.#teardown.add(async () => {
      vmm.kill();
      await vmm.exited;
      await capture.done;
    });
    void vmm.exited.then(async ({ code, signal }) => {
      await capture.done;
      const how = signal ? `was ended by ${signal}` : `ended with status ${code}`;
      const said = vmm.complaint().split('\n').filter(isComplaint).at(-1);
      this.#end(`the lab's QEMU ${how}${said ? `: ${said}` : ''}`);
    });
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

  #onHello({ protocol, kernel }: Hello): void {
    if (protocol !== EXEC_PROTOCOL_VERSION) {
      this.#end(`the lab speaks protocol ${protocol}, this coordinator ${EXEC_PROTOCOL_VERSION}`);
      return;
    }
    const first = this.#kernel === null;
    this.#kernel = String(kernel);
    this.#limit.set(null);
    this.#write('ready', '');
    if (first) this.#listener.onReady(this.#kernel);
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

  async #connect(path: string, vmm: VmmChild, stop: AbortSignal): Promise<Socket> {
    let running = true;
    void vmm.exited.then(() => {
      running = false;
    });
    while (running) {
      stop.throwIfAborted();
      const socket = await tryConnect(path);
      if (socket) return socket;
      await sleep(CONNECT_POLL_MS);
    }
    throw new CoordinatorError(await this.#ended);
  }
}

/** QEMU says these of every engine at every start. */
function isComplaint(line: string): boolean {
  return line !== '' && !/Could not enable error recovery|iommu map to non memory area/.test(line);
}

import { spawn } from 'node:child_process';
import { chmodSync, closeSync, copyFileSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CoordinatorError } from '@coordinator/base/errors';
import { type ExecOptions, type ExecSession, execIn } from '@coordinator/exec';
import type { LabFiles } from '@coordinator/image';
import { LAB_NAMES, QUICK_BOOT_ARGUMENTS } from '@coordinator/image';
import {
  endProcess,
  findMarkedProcesses,
  isAlive,
  ownIdentity,
  type ProcessIdentity,
} from '@coordinator/machine/process';
import type { QemuDevice } from '@coordinator/shared/exerciser';
import type { LabStage } from './boot-progress.ts';
import type { Iommu } from './iommu.ts';
import { KEEP, type KeeperConfig, keeperEventSchema } from './keeper-protocol.ts';
import { isUsable, LabFolder, type LabState } from './lab-folder.ts';
import { THE_LAB } from './port.ts';
import { labParts } from './saved-lab.ts';

const END_MS = 5000;

export interface LabStartOptions {
  readonly id: string;
  readonly iommu: Iommu;
  readonly files: LabFiles;
  /** Folder of the built coordinator; the keeper is started from it. */
  readonly bundle: string;
  readonly deviceServer: string;
  /** Whether the lab is to outlive this process. */
  readonly keep: boolean;
  /** Where the console goes; into the lab's own folder, which goes with it, unless given. */
  readonly consoleLog?: string | undefined;
  /** Devices of QEMU's that it is to have besides. */
  readonly devices?: readonly QemuDevice[];
  /** More arguments for its kernel, which win over those it has anyway. */
  readonly kernelArguments?: readonly string[];
  /** The folder of a saved lab that it is restored from; it boots if absent. See {@link ensureSavedLab}. */
  readonly saved?: string | null;
  readonly signal: AbortSignal;
  readonly onStage: (stage: LabStage) => void;
  /** Hears in which other way than was meant it starts. */
  readonly onNotice: (text: string) => void;
}

type LabTraits = Pick<Lab, 'iommu' | 'kernel' | 'devices'>;

/** A lab that is up. */
export class Lab {
  readonly folder: LabFolder;
  readonly iommu: Iommu;
  readonly kernel: string;
  /** Names of the devices of QEMU's that it was asked for. */
  readonly devices: readonly string[];

  private constructor(folder: LabFolder, { iommu, kernel, devices }: LabTraits) {
    this.folder = folder;
    this.iommu = iommu;
    this.kernel = kernel;
    this.devices = devices;
  }

  /** The lab of this name, if it is up. */
  static find(id: string): Lab | null {
    const folder = new LabFolder(id);
    const state = folder.read();
    return isUsable(state) ? new Lab(folder, { ...state, kernel: state.kernel ?? '' }) : null;
  }

  /**
   * Starts a lab. What a dead one of the same name has left is removed first.
   * @throws CoordinatorError when one of that name is there or it cannot be started; the signal's reason when aborted.
   */
  static async start(options: LabStartOptions): Promise<Lab> {
    const { id, iommu, signal, keep, devices: asked = [] } = options;
    const devices = asked.map(({ driver }) => driver);
    const folder = new LabFolder(id);
    await removeDead(folder);
    const started = new Date().toISOString();
    const ours = { keeper: ownIdentity(), state: 'starting', detail: 'its keeper', started } as const;
    if (!folder.create({ version: 1, id, iommu, devices, kernel: null, ...ours })) {
      throw new CoordinatorError(`the lab "${id}" is there already`, {
        remedy: 'coordinator lab down ends it',
      });
    }
    const keeper = startKeeper(folder, options);
    try {
      const kernel = await keeper.untilReady(options, signal);
      if (keep) keeper.release();
      return new Lab(folder, { iommu, kernel, devices });
    } catch (error) {
      await keeper.end();
      await endLab(folder);
      throw error;
    }
  }

  /** Puts a kvmtool where /mnt/kvmtool/lkvm of its disk looks for it. */
  bringLkvm(path: string): void {
    const place = join(this.folder.exchange, LAB_NAMES.lkvm);
    copyFileSync(path, place);
    chmodSync(place, 0o755);
  }

  /** Runs a command in it. */
  exec(argv: readonly string[], options?: ExecOptions): ExecSession {
    return execIn(THE_LAB, this.folder.exec, argv, options);
  }

  /** Ends it. Never rejects; may be called again. */
  async down(): Promise<void> {
    await endLab(this.folder);
  }
}

/** Ends a lab, whatever state it is in, and removes its folder. @returns whether there was one. */
export async function endLab(folder: LabFolder): Promise<boolean> {
  const there = folder.exists();
  const state = folder.read();
  // Before its keeper has taken over, that is whoever starts it: perhaps we.
  if (state && state.keeper.pid !== process.pid) await endProcess(state.keeper, END_MS);
  // What a keeper that was killed left behind.
  const run = `lab-${folder.id}`;
  const left = findMarkedProcesses().filter((one) => one.run === run && !isAlive(one.owner));
  await Promise.all(left.map(({ identity }) => endProcess(identity)));
  folder.remove(state);
  return there;
}

async function removeDead(folder: LabFolder): Promise<void> {
  if (!folder.exists()) return;
  const state = folder.read();
  if (state && state.state !== 'ended' && isAlive(state.keeper)) return;
  await endLab(folder);
}

/** What `coordinator lab status` shows of a lab. */
export function describeState(state: LabState | null): string {
  if (!state) return 'damaged';
  if (state.state === 'ended') return 'ended';
  return isAlive(state.keeper as ProcessIdentity) ? state.state : 'died';
}

interface StartingKeeper {
  /** @returns the kernel's release. */
  untilReady(listener: Pick<LabStartOptions, 'onStage' | 'onNotice'>, signal: AbortSignal): Promise<string>;
  /** Lets it live on without us. */
  release(): void;
  /** Has it end, and waits. */
  end(): Promise<void>;
}

function startKeeper(folder: LabFolder, options: LabStartOptions): StartingKeeper {
  const {
    id,
    iommu,
    files,
    bundle,
    deviceServer,
    consoleLog,
    kernelArguments = [],
    saved = null,
    devices = [],
  } = options;
  const { kernel, initrd, rootImage, packImage, disk, cpus, memoryMiB } = labParts(files, iommu);
  const log = openSync(folder.log, 'a', 0o600);
  const child = spawn(process.execPath, [join(bundle, 'coordinator.js'), 'lab', 'keep'], {
    cwd: '/',
    stdio: ['pipe', 'pipe', log],
    // Ctrl-C in the terminal is ours to handle.
    detached: true,
  });
  closeSync(log);
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('no pipes to the keeper');
  // A keeper that is gone is noticed by its end.
  stdin.on('error', () => {});
  const config: KeeperConfig = {
    ...{ id, iommu, deviceServer },
    files: { qemu: [...files.platform.qemu.command], kernel, initrd, rootImage, packImage, disk },
    ...{ cpus, memoryMiB, saved },
    devices: devices.map(({ driver, properties }) => ({ driver, properties: { ...properties } })),
    kernelArguments: [...QUICK_BOOT_ARGUMENTS, ...kernelArguments],
    consoleLog: consoleLog ?? null,
  };
  stdin.write(`${JSON.stringify(config)}\n`);
  return {
    untilReady: ({ onStage, onNotice }, signal) =>
      new Promise((resolve, reject) => {
        const abort = () => reject(signal.reason);
        if (signal.aborted) abort();
        signal.addEventListener('abort', abort, { once: true });
        createInterface({ input: stdout }).on('line', (line) => {
          const event = keeperEventSchema.safeParse(JSON.parse(line)).data;
          if (event?.type === 'stage') onStage(event.stage);
          else if (event?.type === 'notice') onNotice(event.text);
          else if (event?.type === 'ready') resolve(event.kernel);
          else if (event?.type === 'ended') reject(startFailure(folder, event.reason));
        });
        void exited.then(() => reject(startFailure(folder, "the lab's keeper ended without a word")));
      }),
    release: () => {
      stdin.end(`${KEEP}\n`);
      stdout.destroy();
      child.unref();
    },
    end: async () => {
      stdin.end();
      const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
      await exited;
      clearTimeout(late);
    },
  };
}

function startFailure(folder: LabFolder, reason: string): CoordinatorError {
  const [, ...consoleTail] = folder.read()?.detail.split('\n') ?? [];
  const console = consoleTail.map((line) => `\n    ${line}`).join('');
  return new CoordinatorError(`${reason}${console && `; the last lines of its console:${console}`}`, {
    remedy: 'try again; on a busy machine wait until it has time',
  });
}

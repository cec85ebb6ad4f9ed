import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CoordinatorError } from '@coordinator/base/errors';
import type { LabFiles } from '@coordinator/image';
import { QUICK_BOOT_ARGUMENTS } from '@coordinator/image';
import type { QemuDevice } from '@coordinator/shared/exerciser';
import type { LabStage } from './boot-progress.ts';
import type { Iommu } from './iommu.ts';
import { KEEP, KEEPER_END_MS, type KeeperConfig, keeperEventSchema } from './keeper-protocol.ts';
import type { LabFolder } from './lab-folder.ts';
import { labParts } from './saved-lab.ts';

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

/** The process that has a lab, as whoever starts one has it. */
export interface StartingKeeper {
  /** @returns the kernel's release. */
  untilReady(listener: Pick<LabStartOptions, 'onStage' | 'onNotice'>, signal: AbortSignal): Promise<string>;
  /** Lets it live on without us. */
  release(): void;
  /** Has it end, and waits. */
  end(): Promise<void>;
}

export function startKeeper(folder: LabFolder, options: LabStartOptions): StartingKeeper {
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
      const late = setTimeout(() => child.kill('SIGKILL'), KEEPER_END_MS);
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

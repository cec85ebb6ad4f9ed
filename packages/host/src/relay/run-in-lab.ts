import { cp, mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import { removeTree } from '@coordinator/base/files';
import type { LabFiles } from '@coordinator/image';
import { type Iommu, Lab, type LabStage } from '@coordinator/lab';
import type { QemuDevice } from '@coordinator/shared/plan';
import type { Report } from '@coordinator/shared/report';
import { LAB_RUNS_FOLDER, type RelayedRunOptions, relayRun } from './relay-run.ts';

/** The coordinator of the pack, as every host that was unpacked on has it. */
const PACKED_COORDINATOR = '/pack/coordinator';
export const LAB_CONSOLE = 'lab-console.log';

export interface LabRunOptions extends Omit<RelayedRunOptions, 'lab' | 'argv'> {
  readonly iommu: Iommu;
  /** Devices of QEMU's that a lab of its own is given besides. */
  readonly devices: readonly QemuDevice[];
  readonly files: LabFiles;
  /** The folder of a saved lab that it is restored from; it boots when null. */
  readonly saved: string | null;
  readonly bundle: string;
  readonly deviceServer: string;
  /** What the coordinator in the lab is to do. */
  readonly action: 'test' | 'stress';
  /** Options for it that mean the same there, such as `--guests 2`. */
  readonly flags: readonly string[];
  /** Options that name a file or folder of this machine, which is brought into the lab: `['--lkvm', './lkvm']`. */
  readonly inputs: readonly (readonly [flag: string, path: string])[];
  readonly onStage: (stage: LabStage) => void;
}

/**
 * `coordinator test --platform lab`, or `stress`: runs the same with `--platform host` in the lab that is up, or in one of its
 * own that ends with it, even when this process is killed.
 * @throws CoordinatorError when the lab or the coordinator in it cannot start; the interrupt's reason when aborted
 * before that.
 */
export async function runInLab(options: LabRunOptions): Promise<Report> {
  const { iommu, run, folder, interrupt, onStage, files, saved, bundle, deviceServer, devices } = options;
  const notices = [...options.notices];
  const up = Lab.find(iommu);
  const consoleLog = join(folder, LAB_CONSOLE);
  const lab =
    up ??
    (await Lab.start({
      ...{ id: run, iommu, devices, files, saved, bundle, deviceServer, consoleLog, onStage },
      onNotice: (text) => notices.push(text),
      keep: false,
      signal: interrupt,
    }));
  try {
    const inputs = await Promise.all(
      options.inputs.map(async ([flag, path]) => [
        flag,
        await bringIntoLab(lab.folder.exchange, run, flag, path),
      ]),
    );
    const events = ['--reporter', 'events=-', '--runs', LAB_RUNS_FOLDER, '--no-color'];
    const argv = [
      PACKED_COORDINATOR,
      options.action,
      ...['--platform', 'host'],
      ...events,
      ...options.flags,
      ...inputs.flat(),
    ];
    return await relayRun({ ...options, notices, lab, argv });
  } finally {
    if (up) await removeTree(join(up.folder.exchange, run));
    else await lab.down();
  }
}

/**
 * Copies a file or folder to where the lab sees it.
 * @returns its path there.
 * @throws CoordinatorError when it cannot be read.
 */
async function bringIntoLab(exchange: string, run: string, flag: string, path: string): Promise<string> {
  const place = join(run, flag.replace(/^-+/, ''));
  const name = basename(resolve(path));
  try {
    await mkdir(join(exchange, place), { recursive: true, mode: 0o700 });
    await cp(path, join(exchange, place, name), { recursive: true, dereference: true });
  } catch (error) {
    throw new CoordinatorError(`${path} cannot be brought into the lab: ${messageOf(error)}`, {
      remedy: `name something readable with ${flag}`,
      cause: error,
    });
  }
  return join('/exchange', place, name);
}

import { CoordinatorError, messageOf, usageError } from '@coordinator/base/errors';
import {
  describeState,
  endLab,
  type Iommu,
  iommuKinds,
  Lab,
  LabFolder,
  labExercisers,
  MOST_LAB_DEVICES,
  stageDescriptions,
} from '@coordinator/lab';
import { checkLkvmProgram, namedLkvm } from '@coordinator/machine/vmm';
import { parseQemuDevice, type QemuDevice } from '@coordinator/shared/plan';
import type { GuestStart } from '@coordinator/shared/report';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import { files, requireBuiltFiles } from '../files.ts';
import { type FileOptions, prepareLabFiles } from '../session/prepare-files.ts';
import { prepareSavedLab } from '../session/prepare-saved-lab.ts';
import { attend } from './attend.ts';
import { interruptible } from './interrupt.ts';
import { usableLabs } from './lab-guests.ts';
import { LocalTerminal } from './local-terminal.ts';
import { print, printJson, tell } from './print.ts';
import { showSetUp } from './progress.ts';
import { renderTable } from './table.ts';

export interface UpOptions extends Omit<FileOptions, 'kernel'> {
  /** What its own host boots. */
  readonly kernel?: string;
  readonly color: boolean;
  readonly iommu: Iommu;
  readonly append?: readonly string[];
  readonly lkvm?: string;
  readonly start?: GuestStart;
  readonly qemuDevice?: readonly string[];
}

export async function up(options: UpOptions): Promise<number> {
  requireBuiltFiles();
  const { iommu, append = [] } = options;
  if (append.length > 0 && options.start === 'snapshot')
    throw usageError(
      '--append: what the kernel of a saved lab was told is in it',
      'leave out --start snapshot',
    );
  const devices = readDevices(options);
  const lkvm = namedLkvm(options.lkvm);
  if (lkvm !== undefined) checkLkvmProgram(lkvm, 'the lab');
  const running = Lab.find(iommu);
  if (running) {
    const late = lateOption(options);
    if (late !== undefined)
      throw usageError(
        `${late}: the lab is up already, with Linux ${running.kernel}`,
        'end it first: coordinator lab down',
      );
    if (lkvm !== undefined) running.bringLkvm(lkvm);
    tell('the lab is up already\n');
    return exitCodes.passed;
  }
  return interruptible(async (interrupt) => {
    const caller = showSetUp(options.color, interrupt);
    const { kernel, ...fileOptions } = options;
    const labFiles = await prepareLabFiles(fileOptions, caller, kernel);
    const warn = (text: string) => tell(`warning: ${text}\n`);
    // What its kernel is told is in what is saved, and one with a kernel of its own is hardly started twice.
    const start = options.start ?? (append.length > 0 || kernel !== undefined ? 'cold' : 'snapshot');
    const { saved, notice } = await prepareSavedLab(labFiles, iommu, { ...options, start }, caller);
    if (notice !== null) warn(notice);
    const started = performance.now();
    const lab = await Lab.start({
      ...{ id: iommu, iommu, files: labFiles, saved, keep: true, signal: interrupt },
      bundle: files.bundle,
      deviceServer: files.deviceServer,
      kernelArguments: append,
      devices,
      onStage: (stage) => tell(`lab: ${stageDescriptions[stage]}\n`),
      onNotice: warn,
    });
    if (lkvm !== undefined) lab.bringLkvm(lkvm);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    tell(
      `the lab is up after ${seconds} s: Linux ${lab.kernel}, ${describeIommu(iommu, devices)}\n` +
        `  console ${lab.folder.console}\n  → coordinator lab shell opens a shell in it; coordinator lab exec -- COMMAND runs something\n`,
    );
    return exitCodes.passed;
  });
}

/** @throws CoordinatorError (usage) */
function readDevices({ qemuDevice = [], iommu }: UpOptions): QemuDevice[] {
  if (qemuDevice.length > 0 && iommu !== labExercisers.pci.iommu)
    throw usageError('--qemu-device: such devices are behind an SMMUv3', 'add --iommu smmuv3');
  if (qemuDevice.length > MOST_LAB_DEVICES)
    throw usageError(
      `--qemu-device: a lab has room for ${MOST_LAB_DEVICES} kinds of them`,
      'leave some of them out',
    );
  return qemuDevice.map((text) => {
    try {
      return parseQemuDevice(text);
    } catch (error) {
      throw usageError(`--qemu-device: ${messageOf(error)}`, 'write it as NAME,PROPERTY=VALUE,…');
    }
  });
}

/** What a lab that is up cannot be told any more. */
function lateOption({ kernel, append = [], qemu, qemuDevice = [], start }: UpOptions): string | undefined {
  const late = {
    '--kernel': kernel !== undefined,
    '--append': append.length > 0,
    '--qemu': qemu !== undefined,
    '--qemu-device': qemuDevice.length > 0,
    '--start': start !== undefined,
  };
  return Object.entries(late).find(([, isGiven]) => isGiven)?.[0];
}

function describeIommu(iommu: Iommu, devices: readonly QemuDevice[]): string {
  const behind = iommu === 'virtio' ? 'a virtio IOMMU' : 'an SMMUv3';
  const present = Object.values(labExercisers).filter((exerciser) => exerciser.iommu === iommu);
  const functions = [
    ...present.flatMap(({ description }) => description ?? []),
    ...devices.map(({ driver }) => driver),
  ];
  return `${functions.join(' and ')} behind ${behind}`;
}

export async function down(iommu: Iommu | undefined): Promise<number> {
  const labs = LabFolder.all().filter(({ id }) => (iommu ? id === iommu : isKind(id)));
  for (const folder of labs) {
    await endLab(folder);
    tell(`the lab "${folder.id}" is down\n`);
  }
  if (labs.length === 0) tell('no lab is up\n');
  return exitCodes.passed;
}

export function status(json: boolean): number {
  const labs = LabFolder.all().map((folder) => {
    const state = folder.read();
    return {
      id: folder.id,
      iommu: state?.iommu ?? null,
      state: describeState(state),
      detail: state?.detail ?? '',
      kernel: state?.kernel ?? null,
      started: state?.started ?? null,
      pid: state?.keeper.pid ?? null,
      folder: folder.path,
    };
  });
  if (json) printJson(labs);
  else if (labs.length === 0) tell('no lab is up\n  → coordinator lab up starts one\n');
  else {
    const rows = labs.map(({ id, iommu, state, pid, kernel, folder, detail }) => {
      const note = state === 'ended' ? (detail.split('\n')[0] ?? '') : folder;
      return [id, iommu ?? '-', state, String(pid ?? '-'), kernel ?? '-', note];
    });
    print(renderTable(['LAB', 'IOMMU', 'STATE', 'PID', 'KERNEL', 'DETAIL'], rows));
  }
  return labs.some(({ state }) => state === 'ready') ? exitCodes.passed : exitCodes.unavailable;
}

export async function exec(
  command: readonly string[],
  options: { iommu?: Iommu; cwd: string; terminal?: boolean },
): Promise<number> {
  const terminal = options.terminal ? LocalTerminal.open('--terminal') : null;
  const lab = findLab(options.iommu);
  return attend(terminal, 'the lab', (streams) => lab.exec(command, { ...streams, cwd: options.cwd }));
}

/**
 * The lab meant: one that stays up, else one that a run has for itself; the only one when none is named.
 * @throws CoordinatorError
 */
function findLab(iommu: Iommu | undefined): Lab {
  const meant = usableLabs().filter((lab) => iommu === undefined || lab.iommu === iommu);
  const kept = meant.filter(({ folder }) => isKind(folder.id));
  const [lab, ...others] = kept.length > 0 ? kept : meant;
  if (!lab) throw new CoordinatorError('no lab is up', { remedy: 'coordinator lab up starts one' });
  if (others.length > 0)
    throw usageError(
      `${others.length + 1} labs are up: ${[lab, ...others].map(({ folder }) => folder.id).join(', ')}`,
      'say which one with --iommu, or end the runs that the others belong to',
    );
  return lab;
}

function isKind(id: string): boolean {
  return (iommuKinds as readonly string[]).includes(id);
}

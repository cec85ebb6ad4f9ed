import { CoordinatorError, usageError } from '@coordinator/base/errors';
import {
  describeState,
  endLab,
  type Iommu,
  iommuKinds,
  Lab,
  LabFolder,
  labExercisers,
  stageDescriptions,
} from '@coordinator/lab';
import { checkLkvmProgram, namedLkvm } from '@coordinator/machine/vmm';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import { files, requireBuiltFiles } from '../files.ts';
import { type FileOptions, prepareLabFiles } from '../session/prepare-files.ts';
import { attend } from './attend.ts';
import { interruptible } from './interrupt.ts';
import { usableLabs } from './lab-guests.ts';
import { LocalTerminal } from './local-terminal.ts';
import { showSetUp } from './progress.ts';
import { renderTable } from './table.ts';

export interface UpOptions extends Omit<FileOptions, 'kernel'> {
  /** What its own host boots. */
  readonly kernel?: string;
  readonly color: boolean;
  readonly iommu: Iommu;
  readonly append?: readonly string[];
  readonly lkvm?: string;
}

export async function up(options: UpOptions): Promise<number> {
  requireBuiltFiles();
  const { iommu, append = [] } = options;
  const lkvm = namedLkvm(options.lkvm);
  if (lkvm !== undefined) checkLkvmProgram(lkvm, 'the lab');
  const running = Lab.find(iommu);
  if (running) {
    if (options.kernel !== undefined)
      throw usageError(
        `--kernel: the lab is up already, with Linux ${running.kernel}`,
        'end it first: coordinator lab down',
      );
    process.stderr.write('the lab is up already\n');
    return exitCodes.passed;
  }
  return interruptible(async (interrupt) => {
    const { kernel, ...fileOptions } = options;
    const labFiles = await prepareLabFiles(fileOptions, showSetUp(options.color, interrupt), kernel);
    const started = performance.now();
    const lab = await Lab.start({
      ...{ id: iommu, iommu, files: labFiles, keep: true, signal: interrupt },
      bundle: files.bundle,
      deviceServer: files.deviceServer,
      kernelArguments: append,
      onStage: (stage) => process.stderr.write(`lab: ${stageDescriptions[stage]}\n`),
    });
    if (lkvm !== undefined) lab.bringLkvm(lkvm);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stderr.write(
      `the lab is up after ${seconds} s: Linux ${lab.kernel}, ${describeIommu(iommu)}\n` +
        `  console ${lab.folder.console}\n  → coordinator lab shell opens a shell in it; coordinator lab exec -- COMMAND runs something\n`,
    );
    return exitCodes.passed;
  });
}

function describeIommu(iommu: Iommu): string {
  const behind = iommu === 'virtio' ? 'a virtio IOMMU' : 'an SMMUv3';
  const present = Object.values(labExercisers).filter((exerciser) => exerciser.iommu === iommu);
  return `${present.map(({ description }) => description).join(' and ')} behind ${behind}`;
}

export async function down(iommu: Iommu | undefined): Promise<number> {
  const labs = LabFolder.all().filter(({ id }) => (iommu ? id === iommu : isKind(id)));
  for (const folder of labs) {
    await endLab(folder);
    process.stderr.write(`the lab "${folder.id}" is down\n`);
  }
  if (labs.length === 0) process.stderr.write('no lab is up\n');
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
  if (json) process.stdout.write(`${JSON.stringify(labs, null, 2)}\n`);
  else if (labs.length === 0) process.stderr.write('no lab is up\n  → coordinator lab up starts one\n');
  else {
    const rows = labs.map(({ id, iommu, state, pid, kernel, folder, detail }) => {
      const note = state === 'ended' ? (detail.split('\n')[0] ?? '') : folder;
      return [id, iommu ?? '-', state, String(pid ?? '-'), kernel ?? '-', note];
    });
    process.stdout.write(renderTable(['LAB', 'IOMMU', 'STATE', 'PID', 'KERNEL', 'DETAIL'], rows));
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

import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoordinatorError } from '@coordinator/base/errors';
import { type ExecOptions, type ExecSession, execIn } from '@coordinator/exec';
import { LAB_NAMES } from '@coordinator/image';
import {
  endProcess,
  findMarkedProcesses,
  isAlive,
  ownIdentity,
  type ProcessIdentity,
} from '@coordinator/machine/process';
import type { Iommu } from './iommu.ts';
import { type LabStartOptions, startKeeper } from './keeper-child.ts';
import { KEEPER_END_MS } from './keeper-protocol.ts';
import { isUsable, LabFolder, type LabState } from './lab-folder.ts';
import { THE_LAB } from './port.ts';

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
  if (state && state.keeper.pid !== process.pid) await endProcess(state.keeper, KEEPER_END_MS);
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

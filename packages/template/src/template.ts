import { randomBytes } from 'node:crypto';
import type { MachineParts, VmmCommand, VmmOptions } from '@coordinator/machine/vmm';

/** All that guests made from one template have in common. */
export interface TemplateMachine extends MachineParts {
  readonly qemu: { readonly command: VmmCommand; readonly version: string };
  readonly kit: string;
  readonly iommu: boolean;
  /** Whether guests have a share `files` besides. */
  readonly files?: boolean;
  /** What its CPU and board are; what other words do to a guest is not known, so that such guests boot. */
  readonly options?: Omit<VmmOptions, 'words'>;
}

/** A guest that was saved where guests begin to differ. */
export interface Template {
  /** What QEMU restores. */
  readonly file: string;
  /**
   * Resolves when every byte of it has been found to be as it was written, and rejects when not. It takes a while, in which
   * guests can be restored; none of them may go on before.
   */
  readonly verified: Promise<void>;
  /** What it booted. */
  readonly kernel: string;
  readonly initrd: string;
  /** The kit it has in its memory. */
  readonly kit: string;
  /** Whether an IOMMU of its own stands between its functions and its memory. */
  readonly iommu: boolean;
  /** Whether it has a share `files`. */
  readonly files: boolean;
}

/** The mount tag of what a user brings for tests. */
export const FILES_TAG = 'files';

/** What its kernel is told, beside what all guests' are; see the guest's init. */
export const TEMPLATE_ARGUMENT = 'coordinator.template';

/** What its init prints when it stands still. */
export const READY_LINE = 'coordinator: ready to be saved';

/** In a template's folder: what QEMU saved, and its digest. */
export const MEMORY_FILE = 'memory';
export const DIGEST_FILE = 'digest';

const SEED_BYTES = 64;
const MACHINE_ID_BYTES = 16;
/** Longest host name there is, HOST_NAME_MAX of Linux. */
const MAX_HOSTNAME = 64;

/**
 * What a restored guest reads from its console: whose kit it uses, the time, its name, a machine id and fresh entropy.
 * See native/wake.
 */
export function wakeLine(name: string, ownKit: boolean, now = Date.now()): string {
  const hostname = name.replace(/[^A-Za-z0-9-]/g, '-').slice(0, MAX_HOSTNAME);
  const machineId = randomBytes(MACHINE_ID_BYTES).toString('hex');
  const seed = randomBytes(SEED_BYTES).toString('hex');
  return `${ownKit ? 'own' : 'share'} ${now} ${hostname} ${machineId} ${seed}\n`;
}

import type { MachineParts, VmmCommand, VmmOptions } from '@coordinator/machine/vmm';
import type { SavedMachine } from './saved.ts';

/** All that guests made from one template have in common. */
export interface TemplateMachine extends MachineParts {
  readonly qemu: { readonly command: VmmCommand; readonly version: string };
  readonly kit: string;
  readonly accelerator: 'tcg' | 'kvm';
  /** Whether guests share their memory, as with a device server. */
  readonly sharedMemory: boolean;
  readonly iommu: boolean;
  /** Whether guests have a share `files` besides. */
  readonly files?: boolean;
  /** What its CPU and board are; what other words do to a guest is not known, so that such guests boot. */
  readonly options?: Omit<VmmOptions, 'words'>;
}

/** A guest that was saved where guests begin to differ. */
export interface Template extends SavedMachine {
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

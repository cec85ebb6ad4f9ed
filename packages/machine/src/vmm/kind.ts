import type { VmmName } from '@coordinator/shared/vmm';

/** What not every VMM can do for its guests. */
export type VmmAbility =
  /** Let one go on from where another was saved. */
  | 'restore'
  /** Choose their CPU by a model's name, and options of their board. */
  | 'cpu-model'
  | 'board-options'
  /** Let gdb look into them. */
  | 'gdbstub'
  /** Give them a port by which commands are run in them. */
  | 'command-port'
  /** Put an IOMMU of their own between their functions and their memory. */
  | 'iommu'
  /** Hold back what they read and write of a share. */
  | 'slow-share'
  /** Let one of their functions reach the registers of another. */
  | 'peer-to-peer'
  | 'nvme'
  /** Start a kernel that is compressed. */
  | 'compressed-kernel';

/** A VMM as such: the list of all is in `kinds.ts`. */
export interface VmmKind {
  readonly name: VmmName;
  /** As people call it. */
  readonly title: string;
  /** What it cannot do, each as a sentence without its full stop. */
  readonly lacks: { readonly [ability in VmmAbility]?: string };
  /** Whether this machine has it, where somebody put it or on $PATH. */
  isInstalled(): boolean;
  /** Why it cannot hand on a function of this machine, by the form of its address; null when it can. */
  whyNotFunction(bdf: string): string | null;
  /** Removes what a guest of it leaves behind when its coordinator did not end it. */
  removeLeftOf(run: string, guest: string): void;
}

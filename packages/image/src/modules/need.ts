/** What a guest of one kind needs of its kernel, beyond what all guests do. */
export interface Need {
  /** What only such guests need, as its kernel is asked about it: `iommu`; null for what every guest does. */
  readonly use: string | null;
  /** Of the kernel's configuration. Built in will always do; a module only where `module` says what it is called. */
  readonly option: string;
  readonly module?: string;
}

/** Lists of modules in the initramfs, by when its init loads them: `always`, what a PCI device is, or, beside the agent, `commands`. */
export type ModuleLists = Readonly<Record<string, readonly Need[]>>;

import type { ModuleLists, Need } from '../modules/need.ts';

/** What guests and labs need of an exerciser. Its native code is a folder of packages/guest/native/exerciser. */
export interface ExerciserParts {
  /** The program that its `tool` folder makes; null where tests are the user's programs alone. */
  readonly tool: string | null;
  /** The module `NAME.ko` that its `module` folder makes; null when the kernel has the driver. */
  readonly module: string | null;
  /**
   * Modules of the guest's kernel, by the list in its initramfs that says when they are loaded: `pci-VENDOR-DEVICE` or
   * `pci-class-CLASS`, as /sys/bus/pci/devices/.../{vendor,device,class} show them.
   */
  readonly guestModules: ModuleLists;
  /** What the kernel of the lab's Arm host has to have for it. */
  readonly labNeeds: readonly Need[];
}

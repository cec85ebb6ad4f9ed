import { basename, join, sep } from 'node:path';
import { usageError } from '@coordinator/base/errors';
import { writeBounded } from './bounded-write.ts';
import { isBridge } from './bridge.ts';
import { entriesOf, linkOf, realPathOf, textOf } from './optional-files.ts';

/** Domain, bus, device and function as the kernel writes them: "0000:08:00.1". */
export type Bdf = string;

export function isBdf(text: string): boolean {
  return /^[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/.test(text);
}

/** Accepts "08:00.1" too, as lspci prints it. */
export function normalizeBdf(text: string): Bdf {
  const lower = text.toLowerCase();
  return /^[0-9a-f]{2}:/.test(lower) && !/^[0-9a-f]{4,8}:[0-9a-f]{2}:/.test(lower) ? `0000:${lower}` : lower;
}

/** @throws CoordinatorError (usage) */
export function readBdf(text: string): string {
  const bdf = normalizeBdf(text);
  if (!isBdf(bdf))
    throw usageError(`"${text}" is not a PCI function`, 'write it as lspci -D does: 0000:08:00.1');
  return bdf;
}

/** One function of a PCI device as sysfs shows it (Documentation/ABI/testing/sysfs-bus-pci). Missing things are null. */
export interface PciFunction {
  readonly bdf: Bdf;
  readonly vendor: number;
  readonly device: number;
  /** Base class, sub-class and programming interface in 24 bits. */
  readonly class: number;
  readonly driver: string | null;
  readonly driverOverride: string | null;
  readonly iommuGroup: string | null;
  /** A PCI-to-PCI bridge: it is never handed to a guest, nor does it keep its group from being. */
  readonly isBridge: boolean;
  /** How many virtual functions it has now (SR-IOV). */
  readonly virtualFunctions: number;
  /** What it is a virtual function of. */
  readonly physicalFunction: Bdf | null;
}

/** A member of an IOMMU group, on whatever bus it is: named by its BDF on that of PCI. */
export interface GroupDevice {
  readonly name: string;
  readonly driver: string | null;
  /** Null for what is no PCI function, such as a platform device. */
  readonly fn: PciFunction | null;
}

/** Longer than drivers take to let go of a function that they can let go of. */
const WRITE_LIMIT_MS = 20_000;

/** The PCI functions of a machine. `root` is `/sys` but for tests. */
export class PciSysfs {
  readonly #root: string;
  readonly #writeLimitMs: number;

  constructor(root = '/sys', writeLimitMs = WRITE_LIMIT_MS) {
    this.#root = root;
    this.#writeLimitMs = writeLimitMs;
  }

  /** Every function, by BDF. None on a machine without PCI. */
  functions(): PciFunction[] {
    return entriesOf(join(this.#root, 'bus/pci/devices'))
      .filter(isBdf)
      .sort()
      .flatMap((bdf) => this.function(bdf) ?? []);
  }

  function(bdf: Bdf): PciFunction | null {
    const folder = this.folder(bdf);
    const vendor = readNumber(join(folder, 'vendor'));
    const device = readNumber(join(folder, 'device'));
    if (vendor === null || device === null) return null;
    const pciClass = readNumber(join(folder, 'class')) ?? 0;
    const override = readWord(join(folder, 'driver_override'));
    return {
      bdf,
      vendor,
      device,
      class: pciClass,
      driver: linkName(join(folder, 'driver')),
      // The kernel shows an override that is not set in this way.
      driverOverride: override === '(null)' || override === '' ? null : override,
      iommuGroup: linkName(join(folder, 'iommu_group')),
      isBridge: isBridge(pciClass, join(folder, 'config')),
      virtualFunctions: readNumber(join(folder, 'sriov_numvfs')) ?? 0,
      physicalFunction: linkName(join(folder, 'physfn')),
    };
  }

  /** Everything that the IOMMU cannot tell apart from `group`'s other members, by name. */
  groupDevices(group: string): GroupDevice[] {
    const folder = join(this.#root, 'kernel/iommu_groups', group, 'devices');
    return entriesOf(folder)
      .sort()
      .map((name) => ({
        name,
        driver: linkName(join(folder, name, 'driver')),
        fn: isBdf(name) ? this.function(name) : null,
      }));
  }

  /** Of these, the PCI functions. */
  groupMembers(group: string): PciFunction[] {
    return this.groupDevices(group).flatMap(({ fn }) => fn ?? []);
  }

  /** Whether the kernel uses any IOMMU. */
  hasIommu(): boolean {
    return entriesOf(join(this.#root, 'class/iommu')).length > 0;
  }

  /** The driver of the IOMMU that translates for the function, such as "arm-smmu-v3"; null when there is none, or it has no driver. */
  iommuDriverOf(bdf: Bdf): string | null {
    return linkName(join(this.folder(bdf), 'iommu/device/driver'));
  }

  /** The virtual functions of a physical one, which it has links virtfn0, virtfn1, … to. */
  virtualFunctionsOf(bdf: Bdf): Bdf[] {
    return this.entries(bdf, '.')
      .filter((name) => /^virtfn\d+$/.test(name))
      .flatMap((name) => linkName(join(this.folder(bdf), name)) ?? [])
      .sort();
  }

  /** The functions that there are only as long as a driver has `bdf`: those behind a bridge, or a VMD endpoint. */
  below(bdf: Bdf): PciFunction[] {
    return entriesOf(join(this.#root, 'bus/pci/devices'))
      .filter((name) => isBdf(name) && this.#isInside(this.folder(name), bdf))
      .sort()
      .flatMap((name) => this.function(name) ?? []);
  }

  /** Names of the devices of a class, such as `block` or `net`, that `bdf` or a function below it has. */
  classDevices(bdf: Bdf, className: string): string[] {
    const folder = join(this.#root, 'class', className);
    return entriesOf(folder)
      .sort()
      .filter((name) => this.#isInside(join(folder, name), bdf));
  }

  #isInside(path: string, bdf: Bdf): boolean {
    const real = realPathOf(path);
    const folder = realPathOf(this.folder(bdf));
    return real !== null && folder !== null && real.startsWith(`${folder}${sep}`);
  }

  hasDriver(name: string): boolean {
    return entriesOf(join(this.#root, 'bus/pci/drivers')).includes(name);
  }

  /** Names of the entries in a folder of the function, such as its class devices. */
  entries(bdf: Bdf, folder: string): string[] {
    return entriesOf(join(this.folder(bdf), folder));
  }

  /** A file in the function's folder, without the white space around it; null when there is none. */
  text(bdf: Bdf, file: string): string | null {
    return readWord(join(this.folder(bdf), file));
  }

  /** As {@link text} and {@link entries}, of a device of a class. */
  classText(className: string, name: string, file: string): string | null {
    return readWord(join(this.#root, 'class', className, name, file));
  }

  classEntries(className: string, name: string, folder: string): string[] {
    return entriesOf(join(this.#root, 'class', className, name, folder));
  }

  /** The name at which a link of a class's device ends, such as `master`; null when there is none. */
  classLink(className: string, name: string, link: string): string | null {
    return linkName(join(this.#root, 'class', className, name, link));
  }

  /**
   * Takes the function from its driver.
   * @throws BlockedWriteError when its driver does not let go of it in time; Error with the kernel's reason.
   */
  unbind(bdf: Bdf): Promise<void> {
    return this.#write(join(this.folder(bdf), 'driver/unbind'), bdf);
  }

  /** Says which driver alone may probe the function; null: any that knows it. @throws as {@link unbind} */
  setDriverOverride(bdf: Bdf, driver: string | null): Promise<void> {
    return this.#write(join(this.folder(bdf), 'driver_override'), `${driver ?? ''}\n`);
  }

  /** Lets drivers probe the function. @throws as {@link unbind} */
  probe(bdf: Bdf): Promise<void> {
    return this.#write(join(this.#root, 'bus/pci/drivers_probe'), bdf);
  }

  #write(file: string, text: string): Promise<void> {
    return writeBounded(file, text, this.#writeLimitMs);
  }

  folder(bdf: Bdf): string {
    return join(this.#root, 'bus/pci/devices', bdf);
  }
}

function readNumber(file: string): number | null {
  const word = readWord(file);
  const value = Number(word);
  return word && Number.isInteger(value) ? value : null;
}

function readWord(file: string): string | null {
  return textOf(file)?.trim() ?? null;
}

function linkName(link: string): string | null {
  const target = linkOf(link);
  return target === null ? null : basename(target);
}

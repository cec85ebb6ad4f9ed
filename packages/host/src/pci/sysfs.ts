import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { usageError } from '@coordinator/base/errors';

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
  /** A bridge is never handed to a guest, nor does it keep its group from being. */
  readonly isBridge: boolean;
}

const BRIDGE_CLASS = 0x06;

/** The PCI functions of a machine. `root` is `/sys` but for tests. */
export class PciSysfs {
  readonly #root: string;

  constructor(root = '/sys') {
    this.#root = root;
  }

  /** Every function, by BDF. None on a machine without PCI. */
  functions(): PciFunction[] {
    return list(join(this.#root, 'bus/pci/devices'))
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
      isBridge: pciClass >>> 16 === BRIDGE_CLASS,
    };
  }

  /** The functions that the IOMMU cannot tell apart from those of `group`. */
  groupMembers(group: string): PciFunction[] {
    return list(join(this.#root, 'kernel/iommu_groups', group, 'devices'))
      .filter(isBdf)
      .sort()
      .flatMap((bdf) => this.function(bdf) ?? []);
  }

  hasDriver(name: string): boolean {
    return list(join(this.#root, 'bus/pci/drivers')).includes(name);
  }

  /** Names of the entries in a folder of the function, such as its class devices. */
  entries(bdf: Bdf, folder: string): string[] {
    return list(join(this.folder(bdf), folder));
  }

  /** A file in the function's folder, without the white space around it; null when there is none. */
  text(bdf: Bdf, file: string): string | null {
    return readWord(join(this.folder(bdf), file));
  }

  /** As {@link text} and {@link entries}, of a block device. */
  blockText(name: string, file: string): string | null {
    return readWord(join(this.#root, 'class/block', name, file));
  }

  blockEntries(name: string, folder: string): string[] {
    return list(join(this.#root, 'class/block', name, folder));
  }

  /** Takes the function from its driver. @throws the file system's error. */
  unbind(bdf: Bdf): void {
    writeFileSync(join(this.folder(bdf), 'driver/unbind'), bdf);
  }

  /** Says which driver alone may probe the function; null: any that knows it. */
  setDriverOverride(bdf: Bdf, driver: string | null): void {
    writeFileSync(join(this.folder(bdf), 'driver_override'), `${driver ?? ''}\n`);
  }

  /** Lets drivers probe the function. */
  probe(bdf: Bdf): void {
    writeFileSync(join(this.#root, 'bus/pci/drivers_probe'), bdf);
  }

  folder(bdf: Bdf): string {
    return join(this.#root, 'bus/pci/devices', bdf);
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readWord(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

function readNumber(file: string): number | null {
  const word = readWord(file);
  const value = Number(word);
  return word && Number.isInteger(value) ? value : null;
}

function linkName(link: string): string | null {
  try {
    return basename(readlinkSync(link));
  } catch {
    return null;
  }
}

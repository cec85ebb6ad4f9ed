import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

const SMMUTE_VENDOR = '0x13b5';
const SMMUTE_DEVICE = '0xff80';

/** An exerciser as this machine's sysfs shows it. What is not there is null. */
export interface Exerciser {
  /** Domain, bus, device and function: "0000:08:00.1". */
  readonly bdf: string;
  readonly driver: string | null;
  /** Its character device when `smmute-pci` has probed it. */
  readonly node: string | null;
  readonly iommu_group: string | null;
}

/** Every SMMU test engine of this machine, by BDF. Nothing on machines without PCI. */
export function findExercisers(root = '/sys'): Exerciser[] {
  const devices = join(root, 'bus', 'pci', 'devices');
  return list(devices)
    .filter((bdf) => isEngine(join(devices, bdf)))
    .sort()
    .map((bdf) => ({
      bdf,
      driver: linkName(join(devices, bdf, 'driver')),
      node: nodeOf(join(devices, bdf)),
      iommu_group: linkName(join(devices, bdf, 'iommu_group')),
    }));
}

function isEngine(folder: string): boolean {
  return (
    readWord(join(folder, 'vendor')) === SMMUTE_VENDOR && readWord(join(folder, 'device')) === SMMUTE_DEVICE
  );
}

function nodeOf(folder: string): string | null {
  const [name] = list(join(folder, 'smmute'));
  return name ? `/dev/${name}` : null;
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

function linkName(link: string): string | null {
  try {
    return basename(readlinkSync(link));
  } catch {
    return null;
  }
}

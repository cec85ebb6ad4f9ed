import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { PciSysfs } from '../sysfs.ts';

export interface SampleFunction {
  readonly vendor?: number;
  readonly device?: number;
  readonly class?: number;
  readonly driver?: string;
  readonly group?: string;
  /** The function that it lies behind. */
  readonly below?: string;
  /** Byte 0x0e of its configuration space, which cannot be read without it. */
  readonly headerType?: number;
}

/** What some functions are, wherever they are. */
export const ROOT_PORT = { class: 0x060400, driver: 'pcieport' } as const;
export const VMD = { class: 0x010400, driver: 'vmd' } as const;
export const NVME = { class: 0x010802, driver: 'nvme' } as const;

/** A tree for each test of a spec, gone when that has ended. */
export function useSampleSysfs(): SampleSysfs {
  const sample = new SampleSysfs();
  beforeEach(() => sample.make());
  afterEach(() => sample.remove());
  return sample;
}

/** A tree as the kernel makes in /sys, with a /proc beside it, for specs. Without more, functions are test engines. */
class SampleSysfs {
  #root = '';
  readonly #folders = new Map<string, string>();

  get root(): string {
    return this.#root;
  }

  get proc(): string {
    return join(this.root, 'proc');
  }

  make(): void {
    this.#root = mkdtempSync(join(tmpdir(), 'sysfs-'));
    this.put('proc/self/mountinfo', '21 26 0:20 / /proc rw - proc proc rw\n');
    this.put('proc/swaps', 'Filename Type Size Used Priority\n');
  }

  pci(writeLimitMs?: number): PciSysfs {
    return new PciSysfs(join(this.root, 'sys'), writeLimitMs);
  }

  remove(): void {
    this.#folders.clear();
    rmSync(this.root, { recursive: true });
  }

  /** @param path below the root of the tree. */
  put(path: string, content: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  link(path: string, target: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    symlinkSync(join(this.root, target), join(this.root, path));
  }

  /** @returns its folder, below the root. */
  addFunction(bdf: string, fn: SampleFunction = {}): string {
    const parent = fn.below === undefined ? 'sys/devices/pci0000:00' : this.#folder(fn.below);
    const folder = `${parent}/${bdf}`;
    this.#folders.set(bdf, folder);
    this.put(`${folder}/vendor`, hex(fn.vendor ?? 0x13b5, 4));
    this.put(`${folder}/device`, hex(fn.device ?? 0xff80, 4));
    this.put(`${folder}/class`, hex(fn.class ?? 0xff0000, 6));
    this.put(`${folder}/driver_override`, '(null)\n');
    if (fn.headerType !== undefined) {
      const config = Buffer.alloc(64);
      config.writeUInt8(fn.headerType, 0x0e);
      writeFileSync(join(this.root, folder, 'config'), config);
    }
    this.link(`sys/bus/pci/devices/${bdf}`, folder);
    this.#join(bdf, 'pci', folder, fn);
    return folder;
  }

  /** What is no PCI function, such as a device that firmware describes. */
  addPlatformDevice(name: string, place: Pick<SampleFunction, 'driver' | 'group'>): void {
    const folder = `sys/devices/platform/${name}`;
    this.put(`${folder}/uevent`, '');
    this.#join(name, 'platform', folder, place);
  }

  /** @param place its folder below that of the function, such as `nvme/nvme0` or `ata1/host0/target0/0:0:0:0/block`. */
  addDisk(bdf: string, place: string, name: string): void {
    const folder = `${this.#folder(bdf)}/${place}/${name}`;
    this.put(`${folder}/dev`, '259:0\n');
    this.link(`sys/class/block/${name}`, folder);
  }

  addPartition(disk: string, name: string): void {
    this.put(`sys/class/block/${disk}/${name}/partition`, '1\n');
    this.put(`sys/class/block/${disk}/${name}/dev`, '259:1\n');
    this.link(`sys/class/block/${name}`, `sys/class/block/${disk}/${name}`);
  }

  addInterface(bdf: string, name: string): void {
    const folder = `${this.#folder(bdf)}/net/${name}`;
    this.put(`${folder}/operstate`, 'up\n');
    this.link(`sys/class/net/${name}`, folder);
  }

  /** A process that has a file open. */
  addProcess(pid: number, name: string, file: string, fdinfo = ''): void {
    this.put(`proc/${pid}/comm`, `${name}\n`);
    this.put(`proc/${pid}/fdinfo/7`, fdinfo);
    mkdirSync(join(this.root, `proc/${pid}/fd`), { recursive: true });
    symlinkSync(file, join(this.root, `proc/${pid}/fd/7`));
  }

  #folder(bdf: string): string {
    const folder = this.#folders.get(bdf);
    if (folder === undefined) throw new Error(`${bdf} was not added`);
    return folder;
  }

  #join(name: string, bus: string, folder: string, { driver, group }: SampleFunction): void {
    if (driver !== undefined) {
      mkdirSync(join(this.root, `sys/bus/${bus}/drivers/${driver}`), { recursive: true });
      this.link(`${folder}/driver`, `sys/bus/${bus}/drivers/${driver}`);
    }
    if (group !== undefined) {
      this.link(`sys/kernel/iommu_groups/${group}/devices/${name}`, folder);
      this.link(`${folder}/iommu_group`, `sys/kernel/iommu_groups/${group}`);
    }
  }
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}\n`;
}

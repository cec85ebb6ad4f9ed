import { existsSync } from 'node:fs';
import { CoordinatorError } from '@coordinator/base/errors';
import { KernelLog } from '@coordinator/machine/kernel-log';
import type { ProcessMarker } from '@coordinator/machine/process';
import type { GuestMachine, Vmm } from '@coordinator/machine/vmm';
import { type Bdf, BindingJournal, giveBack, PciSysfs, take } from '@coordinator/pci';
import type { VmmName } from '@coordinator/shared/vmm';
import type { ExerciserFunction } from '../exerciser/index.ts';
import type { HostVmm } from './host-vmm/host-vmm.ts';
import type { Lease, Platform } from './platform.ts';
import { Pool } from './pool.ts';

export interface HostPlatformOptions {
  readonly vmm: HostVmm;
  /** What guests get one of each; see chooseFunctions(). */
  readonly functions: readonly ExerciserFunction[];
  readonly runtimeFolder: string;
  readonly marker: Omit<ProcessMarker, 'role'>;
}

/**
 * This machine is the Arm host: guests run on KVM and get its functions by VFIO. One is taken from its driver when a guest needs it and given back when the guest has ended.
 */
export class HostPlatform implements Platform {
  readonly name = 'host';
  readonly vmm: VmmName;
  readonly vmmVersion: string | null;
  readonly #options: HostPlatformOptions;
  readonly #pool: Pool<ExerciserFunction>;
  readonly #pci = new PciSysfs();
  readonly #journal = new BindingJournal();
  /** Null where it may not be read, which is told before guests start. */
  readonly #log = openKernelLog();

  /** @throws CoordinatorError when there is no KVM. */
  static open(options: HostPlatformOptions): HostPlatform {
    if (!existsSync('/dev/kvm')) {
      throw new CoordinatorError('this machine has no KVM: /dev/kvm is missing', {
        remedy: 'enable KVM in the kernel, or use --platform virtual',
      });
    }
    return new HostPlatform(options);
  }

  private constructor(options: HostPlatformOptions) {
    const { vmm } = options;
    this.vmm = vmm.name;
    this.vmmVersion = vmm.version;
    this.#options = options;
    this.#pool = new Pool(options.functions);
  }

  async lease(guest: string, signal: AbortSignal): Promise<Lease> {
    const fn = await this.#pool.acquire(signal);
    const { bdf } = fn;
    const { owner, run } = this.#options.marker;
    try {
      await take(this.#pci, this.#journal, bdf, { owner, run });
    } catch (error) {
      this.#pool.release(fn);
      throw error;
    }
    let held = true;
    const log = this.#log;
    return {
      device: { host_bdf: bdf, guest_bdf: null, driver: null, node: null },
      // Nobody but us takes a function from vfio-pci while a guest has it.
      lost: new Promise(() => {}),
      ...(log && { watchKernel: (onFinding) => log.watch(bdf, onFinding, this.#pci.iommuDriverOf(bdf)) }),
      release: async () => {
        if (!held) return;
        held = false;
        const record = this.#journal.get(bdf);
        try {
          await this.#options.vmm.removeFilesOf(guest);
          if (record) await giveBack(this.#pci, this.#journal, record);
        } finally {
          this.#pool.release(fn);
        }
      },
    };
  }

  async start(machine: GuestMachine, lease: Lease): Promise<Vmm> {
    const { vmm, runtimeFolder, marker } = this.#options;
    const bdf = lease.device.host_bdf as Bdf;
    const vmmMarker = { ...marker, role: 'vmm', guest: machine.name, vmm: vmm.name, device: bdf } as const;
    return vmm.start(machine, { bdf, runtimeFolder, marker: vmmMarker });
  }

  async close(): Promise<void> {
    this.#log?.close();
  }
}

/** What is about no function of a guest, or got lost, is in the log for whoever looks; guests are not held to it. */
function openKernelLog(): KernelLog | null {
  try {
    return new KernelLog({ onOther: () => {}, onLost: () => {} });
  } catch {
    return null;
  }
}

import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { CoordinatorError } from '@coordinator/base/errors';
import { removeTree } from '@coordinator/base/files';
import { KernelLog } from '@coordinator/machine/kernel-log';
import type { ProcessMarker } from '@coordinator/machine/process';
import {
  type GuestMachine,
  type Lkvm,
  lkvmInstance,
  startLkvm,
  startQemu,
  type Vmm,
  type VmmCommand,
} from '@coordinator/machine/vmm';
import { BindingJournal, giveBack, PciSysfs, take } from '@coordinator/pci';
import { restoreGuest, type Template } from '@coordinator/template';
import type { ExerciserFunction } from '../exerciser/index.ts';
import type { Lease, Platform } from './platform.ts';
import { Pool } from './pool.ts';
import { restoreOrBoot, templateOf } from './restore.ts';

export type HostVmm =
  | { readonly name: 'qemu'; readonly command: VmmCommand; readonly version: string }
  | {
      readonly name: 'lkvm';
      readonly lkvm: Lkvm;
      readonly irqchip: string;
      /** What gives it a terminal where something is typed at its guest's console. */
      readonly terminal: string | null;
    };

export interface HostPlatformOptions {
  readonly vmm: HostVmm;
  /** What guests get one of each; see chooseFunctions(). */
  readonly functions: readonly ExerciserFunction[];
  /** What guests of QEMU are restored from; one for which there is none boots. */
  readonly templates: readonly Template[];
  readonly runtimeFolder: string;
  readonly marker: Omit<ProcessMarker, 'role'>;
}

/**
 * This machine is the Arm host: guests run on KVM and get its functions by VFIO. One is taken from its driver when a guest needs it and given back when the guest has ended.
 */
export class HostPlatform implements Platform {
  readonly name = 'host';
  readonly vmm: 'qemu' | 'lkvm';
  readonly vmmVersion: string | null;
  readonly #options: HostPlatformOptions;
  readonly #pool: Pool<ExerciserFunction>;
  readonly #pci = new PciSysfs();
  readonly #journal = new BindingJournal();
  /** Null where it may not be read, which is told before guests start. */
  readonly #log = openKernelLog();
  /** By guest: what it may only read, under kvmtool. */
  readonly #copies = new Map<string, readonly string[]>();

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
    this.vmmVersion = vmm.name === 'lkvm' ? vmm.lkvm.version : vmm.version;
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
      ...(log && { watchKernel: (onFinding) => log.watch(bdf, onFinding, this.#pci.iommuOf(bdf)) }),
      release: async () => {
        if (!held) return;
        held = false;
        const record = this.#journal.get(bdf);
        try {
          await this.#removeCopies(guest);
          if (record) await giveBack(this.#pci, this.#journal, record);
        } finally {
          this.#pool.release(fn);
        }
      },
    };
  }

  async start(machine: GuestMachine, lease: Lease): Promise<Vmm> {
    const { vmm, templates, runtimeFolder, marker } = this.#options;
    const bdf = lease.device.host_bdf as string;
    const vmmMarker = { ...marker, role: 'vmm', guest: machine.name, vmm: vmm.name, device: bdf } as const;
    if (vmm.name === 'qemu') {
      const qmpSocket = join(runtimeFolder, `${machine.name}.qmp`);
      const functions = [{ kind: 'vfio-pci', bdf } as const];
      const whole = { ...machine, accelerator: 'kvm', functions, qmpSocket } as const;
      const boot = () => startQemu(vmm.command, whole, vmmMarker);
      const template = templateOf(templates, machine);
      if (!template) return boot();
      return restoreOrBoot(() => restoreGuest(vmm.command, whole, template, vmmMarker), boot);
    }
    const shares = await this.#ownCopies(machine);
    return startLkvm(
      vmm.lkvm.program,
      {
        ...machine,
        shares,
        instance: lkvmInstance(marker.run, machine.name),
        functions: [bdf],
        irqchip: vmm.irqchip,
        terminal: vmm.terminal,
        disableMte: vmm.lkvm.knowsDisableMte,
      },
      vmmMarker,
    );
  }

  async close(): Promise<void> {
    this.#log?.close();
  }

  async #removeCopies(guest: string): Promise<void> {
    const copies = this.#copies.get(guest) ?? [];
    this.#copies.delete(guest);
    await Promise.all(copies.map(removeTree));
  }

  /** kvmtool has no read-only 9p: what guests may only read, each gets a copy of. */
  async #ownCopies(machine: GuestMachine): Promise<GuestMachine['shares']> {
    return Promise.all(
      machine.shares.map(async (share) => {
        if (!share.readOnly) return share;
        const folder = join(this.#options.runtimeFolder, `${machine.name}.${share.tag}`);
        this.#copies.set(machine.name, [...(this.#copies.get(machine.name) ?? []), folder]);
        await cp(share.folder, folder, { recursive: true });
        return { ...share, folder };
      }),
    );
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

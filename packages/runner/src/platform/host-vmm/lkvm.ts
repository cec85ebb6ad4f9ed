import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '@coordinator/base/files';
import { type GuestMachine, type Lkvm, lkvmInstance, startLkvm, type Vmm } from '@coordinator/machine/vmm';
import type { GuestPlace, HostVmm } from './host-vmm.ts';

/** What has an ITS: without one, functions have no MSI-X. */
const IRQCHIP = 'gicv3-its';

export class LkvmOnHost implements HostVmm {
  readonly name = 'lkvm';
  readonly version: string | null;
  readonly #lkvm: Lkvm;
  readonly #terminal: string | null;
  /** By guest: copies of what it may only read. */
  readonly #copies = new Map<string, readonly string[]>();

  /** @param terminal what gives it one where something is typed at its guest's console */
  constructor(lkvm: Lkvm, terminal: string | null) {
    this.version = lkvm.version;
    this.#lkvm = lkvm;
    this.#terminal = terminal;
  }

  async start(machine: GuestMachine, { bdf, runtimeFolder, marker }: GuestPlace): Promise<Vmm> {
    const shares = await this.#ownCopies(machine, runtimeFolder);
    const { program, knowsDisableMte: disableMte } = this.#lkvm;
    const instance = lkvmInstance(marker.run, machine.name);
    const own = { instance, functions: [bdf], irqchip: IRQCHIP, terminal: this.#terminal, disableMte };
    return startLkvm(program, { ...machine, shares, ...own }, marker);
  }

  async removeFilesOf(guest: string): Promise<void> {
    const copies = this.#copies.get(guest) ?? [];
    this.#copies.delete(guest);
    await Promise.all(copies.map(removeTree));
  }

  /** kvmtool has no read-only 9p: what guests may only read, each gets a copy of. */
  async #ownCopies(machine: GuestMachine, runtimeFolder: string): Promise<GuestMachine['shares']> {
    return Promise.all(
      machine.shares.map(async (share) => {
        if (!share.readOnly) return share;
        const folder = join(runtimeFolder, `${machine.name}.${share.tag}`);
        this.#copies.set(machine.name, [...(this.#copies.get(machine.name) ?? []), folder]);
        await cp(share.folder, folder, { recursive: true });
        return { ...share, folder };
      }),
    );
  }
}

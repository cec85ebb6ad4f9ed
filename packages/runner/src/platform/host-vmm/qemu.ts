import { join } from 'node:path';
import { type GuestMachine, startQemu, type Vmm, type VmmCommand } from '@coordinator/machine/vmm';
import { restoreGuest, type Template } from '@coordinator/template';
import { restoreOrBoot, templateOf } from '../restore.ts';
import type { GuestPlace, HostVmm } from './host-vmm.ts';

export class QemuOnHost implements HostVmm {
  readonly name = 'qemu';
  readonly version: string;
  readonly #command: VmmCommand;
  readonly #templates: readonly Template[];

  /** @param templates what guests are restored from; one for which there is none boots */
  constructor(
    { command, version }: { readonly command: VmmCommand; readonly version: string },
    templates: readonly Template[],
  ) {
    this.version = version;
    this.#command = command;
    this.#templates = templates;
  }

  async start(machine: GuestMachine, { bdf, runtimeFolder, marker }: GuestPlace): Promise<Vmm> {
    const qmpSocket = join(runtimeFolder, `${machine.name}.qmp`);
    const functions = [{ kind: 'vfio-pci', bdf } as const];
    const whole = { ...machine, accelerator: 'kvm', functions, qmpSocket } as const;
    const boot = () => startQemu(this.#command, whole, marker);
    const template = templateOf(this.#templates, machine);
    if (!template) return boot();
    return restoreOrBoot(() => restoreGuest(this.#command, whole, template, marker), boot);
  }

  async removeFilesOf(): Promise<void> {}
}

import { mkdir, rmdir } from 'node:fs/promises';
import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import type { ProcessMarker } from '@coordinator/machine/process';
import { noteGuestOf, standbyName } from '@coordinator/machine/runtime-folder';
import {
  type QemuMachine,
  type RestoredMachine,
  restoredArguments,
  restoreQemu,
  type StandingGuest,
  type Vmm,
  type VmmCommand,
} from '@coordinator/machine/vmm';
import { StandbyPool } from './pool.ts';
import { FILES_TAG, type Template } from './template.ts';
import { intact, wakeGuest } from './wake.ts';

/** What guests that stand by are made of, and where they keep what they need. */
export interface StandbySetting {
  readonly qemu: VmmCommand;
  readonly template: Template;
  readonly machine: Pick<QemuMachine, 'accelerator' | 'cpus' | 'memoryMiB' | 'options'>;
  /** What its guest will read as the share `hostshare`. */
  readonly kit: string;
  /** The same of the share `files`; null for none. */
  readonly files: string | null;
  /** For the folders that guests will write to; on the file system of the run's, made and removed here. */
  readonly folder: string;
  /** For sockets. */
  readonly runtimeFolder: string;
  readonly marker: Omit<ProcessMarker, 'role'>;
}

/** A part of the free memory that is for guests that wait: the others may still need theirs. */
const SHARE_OF_MEMORY = 1 / 4;

/** Guests that are restored before anybody needs them, as many as there are cores, and memory for. */
export function standbyPool(setting: StandbySetting): StandbyPool<Standby> {
  const bytes = setting.machine.memoryMiB * 2 ** 20;
  let number = 0;
  return new StandbyPool({
    make: () => new Standby(setting, standbyName(++number)),
    hasRoom: (standing) =>
      standing < availableParallelism() && freemem() * SHARE_OF_MEMORY > (standing + 1) * bytes,
  });
}

/** A guest that is restored, or about to be, stands still, and becomes whoever needs it. */
export class Standby {
  /** The folder that its guest will write to: once it is ready it may be moved, but not exchanged. */
  readonly results: string;
  /** Whether it has come to stand still, or never will. Never rejects. */
  readonly ready: Promise<boolean>;
  readonly lost: Promise<void>;
  readonly #setting: StandbySetting;
  readonly #name: string;
  readonly #machine: RestoredMachine;
  readonly #guest: Promise<StandingGuest>;
  readonly #end = new AbortController();

  constructor(setting: StandbySetting, name: string) {
    const { folder, runtimeFolder, kit, files, template, machine } = setting;
    this.#setting = setting;
    this.#name = name;
    this.results = join(folder, name);
    this.#machine = {
      ...machine,
      name,
      iommu: template.iommu,
      shares: [
        { tag: 'hostshare', folder: kit, readOnly: true },
        { tag: 'results', folder: this.results, readOnly: false },
        ...(files === null ? [] : [{ tag: FILES_TAG, folder: files, readOnly: true }]),
      ],
      qmpSocket: join(runtimeFolder, `${name}.qmp`),
    };
    this.#guest = this.#restore();
    this.ready = this.#guest.then(
      () => true,
      () => false,
    );
    const gone = () => {};
    this.lost = this.#guest.then(({ exited }) => exited).then(gone, gone);
  }

  /** Whether it was started as this guest would be. */
  fits(machine: QemuMachine, template: Template): boolean {
    if (template !== this.#setting.template) return false;
    const { name, qmpSocket } = this.#machine;
    const shares = machine.shares.map((share) =>
      share.tag === 'results' ? { ...share, folder: this.results } : share,
    );
    const guest = { ...machine, name, qmpSocket, shares };
    const [its, own] = [guest, this.#machine].map((one) => restoredArguments(one, template.saved));
    return JSON.stringify(its) === JSON.stringify(own);
  }

  /** @throws Error saying why it cannot become that guest; its VMM is gone then. */
  async wake(machine: QemuMachine): Promise<Vmm> {
    const { template, runtimeFolder } = this.#setting;
    const guest = await this.#guest;
    await noteGuestOf(runtimeFolder, this.#name, machine.name);
    return wakeGuest(guest, machine, template);
  }

  /** Ends its VMM, whoever it has become, and removes its folder if nobody took it. Never rejects. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#guest.then((guest) => guest.stop()).catch(() => {});
    await rmdir(this.results).catch(() => {});
  }

  async #restore(): Promise<StandingGuest> {
    const { qemu, template, marker, folder } = this.#setting;
    const own = { ...marker, role: 'vmm', guest: this.#name, vmm: 'qemu' } as const;
    // Guests own what they leave there: nobody but the user may enter.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // There already, if its VMM was started before there was a run.
    await mkdir(this.results, { recursive: true, mode: 0o777 });
    return intact(template, (damaged) =>
      restoreQemu(qemu, this.#machine, template.saved, own, AbortSignal.any([damaged, this.#end.signal])),
    );
  }
}

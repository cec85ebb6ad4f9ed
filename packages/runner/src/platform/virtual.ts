import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessMarker } from '@coordinator/machine/process';
import {
  type GuestMachine,
  type MachineParts,
  type QemuMachine,
  startQemu,
  type Vmm,
  type VmmCommand,
  type VmmOptions,
} from '@coordinator/machine/vmm';
import { defaultExerciser } from '@coordinator/shared/plan';
import {
  restoreGuest,
  type Standby,
  type StandbyPool,
  standbyPool,
  type Template,
} from '@coordinator/template';
import {
  type DevicePlace,
  type Exerciser,
  exercisers,
  ownLabel,
  type VirtualDevice,
  type VirtualDevices,
} from '../exerciser/index.ts';
import type { Lease, Platform } from './platform.ts';
import { restoreOrBoot, templateOf } from './restore.ts';

export interface VirtualPlatformOptions extends DevicePlace {
  readonly qemu: { readonly command: VmmCommand; readonly version: string };
  /** What each guest gets one of. */
  readonly exerciser?: Exerciser;
  readonly accelerator: 'tcg' | 'kvm';
  /** What guests are restored from; one for which there is none boots. */
  readonly templates?: readonly Template[];
  /** Guests that are restored before they are needed; none unless given. */
  readonly standby?: StandbyOptions;
}

/** What guests of a run are that can stand by: those of its first template. */
export interface StandbyOptions extends Pick<MachineParts, 'cpus' | 'memoryMiB'> {
  readonly options: VmmOptions;
  readonly kit: string;
  /** What they read as the share `files`; null for none. */
  readonly files: string | null;
  /** For what they will write; made and removed here. */
  readonly folder: string;
  /** How many guests there will be, as far as it is known yet. */
  readonly expected: number;
}

interface Holding {
  readonly device: VirtualDevice;
  readonly standby: Standby | null;
}

/** Every guest is a QEMU with an exerciser of its own. */
export class VirtualPlatform implements Platform {
  readonly name = 'virtual';
  readonly vmm = 'qemu';
  readonly vmmVersion: string;
  readonly #options: VirtualPlatformOptions;
  readonly #devices: VirtualDevices;
  readonly #pool: StandbyPool<Standby> | null;
  readonly #held = new Map<Lease, Holding>();

  private constructor(
    options: VirtualPlatformOptions,
    devices: VirtualDevices,
    pool: StandbyPool<Standby> | null,
  ) {
    this.#options = options;
    this.#devices = devices;
    this.#pool = pool;
    this.vmmVersion = options.qemu.version;
  }

  /** @throws CoordinatorError */
  static async start(options: VirtualPlatformOptions): Promise<VirtualPlatform> {
    // Before anything else: guests are restored while the device server starts.
    const pool = makePool(options);
    try {
      const devices = await (options.exerciser ?? exercisers[defaultExerciser]).virtual(options);
      return new VirtualPlatform(options, devices, pool);
    } catch (error) {
      await closePool(pool, options);
      throw error;
    }
  }

  expect(guests: number): void {
    this.#pool?.expect(guests);
  }

  async lease(guest: string, signal: AbortSignal): Promise<Lease> {
    signal.throwIfAborted();
    const standby = this.#pool?.take() ?? null;
    const giveUp = () => void standby?.stop();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const [device, isReady] = await Promise.all([this.#devices.add(guest), standby?.ready]);
      if (isReady) return this.#hold({ device, standby });
      await standby?.stop();
      return this.#hold({ device, standby: null });
    } catch (error) {
      await standby?.stop();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  #hold(holding: Holding): Lease {
    const { device, standby } = holding;
    const lease: Lease = {
      device: { host_bdf: null, guest_bdf: null, driver: null, node: null },
      ...(standby && { results: standby.results }),
      lost: device.lost ?? new Promise(() => {}),
      ...(device.witness && { witness: device.witness }),
      ...(device.break && { breakDevice: device.break }),
      release: async () => {
        if (!this.#held.delete(lease)) return;
        await standby?.stop();
        await device.remove?.();
      },
    };
    this.#held.set(lease, holding);
    return lease;
  }

  async start(machine: GuestMachine, lease: Lease): Promise<Vmm> {
    const held = this.#held.get(lease);
    if (!held) throw new Error(`${machine.name} holds no device`);
    const { qemu, runtimeFolder, accelerator, templates = [] } = this.#options;
    const template = templateOf(templates, machine);
    const qmpSocket = join(runtimeFolder, `${machine.name}.qmp`);
    const functions = [held.device.function];
    const whole = { ...machine, accelerator, functions, qmpSocket };
    const boot = () => startQemu(qemu.command, whole, this.#markerOf(machine.name));
    if (!template) return boot();
    const restore = async () =>
      (await wake(held.standby, whole, template)) ?? (await this.#restore(whole, template));
    return restoreOrBoot(restore, boot);
  }

  #restore(machine: QemuMachine, template: Template): Promise<Vmm> {
    return restoreGuest(this.#options.qemu.command, machine, template, this.#markerOf(machine.name));
  }

  #markerOf(guest: string): ProcessMarker {
    return { ...deviceMarker(this.#options), role: 'vmm', guest, vmm: 'qemu' };
  }

  async close(): Promise<void> {
    await Promise.all([closePool(this.#pool, this.#options), this.#devices.close()]);
  }
}

/** Guests that are restored before anybody needs them will have such a device as well. */
function deviceMarker({ marker, exerciser }: VirtualPlatformOptions): Omit<ProcessMarker, 'role'> {
  return { ...marker, device: ownLabel(exerciser?.name ?? defaultExerciser) };
}

/** The guest, if one stands by that can become it; null when it has to be restored for itself. */
async function wake(standby: Standby | null, machine: QemuMachine, template: Template): Promise<Vmm | null> {
  if (standby?.fits(machine, template)) return standby.wake(machine).catch(() => null);
  await standby?.stop();
  return null;
}

function makePool(options: VirtualPlatformOptions): StandbyPool<Standby> | null {
  const { standby, qemu, accelerator, runtimeFolder, templates = [] } = options;
  const marker = deviceMarker(options);
  const [template] = templates;
  if (!standby || !template) return null;
  const { cpus, memoryMiB, options: vmmOptions, kit, files, folder, expected } = standby;
  const pool = standbyPool({
    ...{ qemu: qemu.command, template, kit, files, folder, runtimeFolder, marker },
    machine: { accelerator, cpus, memoryMiB, options: vmmOptions },
  });
  pool.expect(expected);
  return pool;
}

async function closePool(
  pool: StandbyPool<Standby> | null,
  { standby }: VirtualPlatformOptions,
): Promise<void> {
  await pool?.close();
  if (standby) await rmdir(standby.folder).catch(() => {});
}

import { join } from 'node:path';
import { messageOf } from '@coordinator/base/errors';
import type { ProcessMarker } from '@coordinator/machine/process';
import {
  type GuestMachine,
  type QemuMachine,
  restoreQemu,
  startQemu,
  type Vmm,
  type VmmCommand,
} from '@coordinator/machine/vmm';
import { defaultExerciser, type ExerciserName } from '@coordinator/shared/plan';
import { FILES_TAG, type Template, wakeLine } from '@coordinator/template';
import { type DevicePlace, exercisers, type VirtualDevice, type VirtualDevices } from '../exerciser/index.ts';
import type { Lease, Platform } from './platform.ts';

export interface VirtualPlatformOptions extends DevicePlace {
  readonly qemu: { readonly command: VmmCommand; readonly version: string };
  /** What each guest gets one of. */
  readonly exerciser?: ExerciserName;
  readonly accelerator: 'tcg' | 'kvm';
  /** What guests are restored from; one for which there is none boots. */
  readonly templates?: readonly Template[];
}

/** Every guest is a QEMU with an exerciser of its own. */
export class VirtualPlatform implements Platform {
  readonly name = 'virtual';
  readonly vmm = 'qemu';
  readonly vmmVersion: string;
  readonly #options: VirtualPlatformOptions;
  readonly #devices: VirtualDevices;
  readonly #held = new Map<Lease, VirtualDevice>();

  private constructor(options: VirtualPlatformOptions, devices: VirtualDevices) {
    this.#options = options;
    this.#devices = devices;
    this.vmmVersion = options.qemu.version;
  }

  /** @throws CoordinatorError */
  static async start(options: VirtualPlatformOptions): Promise<VirtualPlatform> {
    return new VirtualPlatform(
      options,
      await exercisers[options.exerciser ?? defaultExerciser].virtual(options),
    );
  }

  async lease(guest: string, signal: AbortSignal): Promise<Lease> {
    signal.throwIfAborted();
    const device = await this.#devices.add(guest);
    const lease: Lease = {
      device: { host_bdf: null, guest_bdf: null, driver: null, node: null },
      lost: device.lost ?? new Promise(() => {}),
      ...(device.witness && { witness: device.witness }),
      ...(device.break && { breakDevice: device.break }),
      release: async () => {
        if (this.#held.delete(lease)) await device.remove?.();
      },
    };
    this.#held.set(lease, device);
    return lease;
  }

  async start(machine: GuestMachine, lease: Lease): Promise<Vmm> {
    const device = this.#held.get(lease);
    if (!device) throw new Error(`${machine.name} holds no device`);
    const { qemu, runtimeFolder, accelerator, templates = [] } = this.#options;
    const { kernel, initrd, iommu = false, shares } = machine;
    const files = shares.some(({ tag }) => tag === FILES_TAG);
    const template = templates.find(
      (one) => one.iommu === iommu && one.kernel === kernel && one.initrd === initrd && one.files === files,
    );
    const qmpSocket = join(runtimeFolder, `${machine.name}.qmp`);
    const functions = [device.function];
    const whole = { ...machine, accelerator, functions, qmpSocket };
    const boot = () => startQemu(qemu.command, whole, this.#markerOf(machine.name));
    if (!template) return boot();
    try {
      return await this.#restore(whole, template);
    } catch (error) {
      const notice = `it boots, as it could not be restored: ${messageOf(error)}`;
      return Object.assign(await boot(), { notice });
    }
  }

  async #restore(machine: QemuMachine, template: Template): Promise<Vmm> {
    const marker = this.#markerOf(machine.name);
    const vmm = await restoreQemu(this.#options.qemu.command, machine, template, marker);
    const kit = machine.shares.find(({ tag }) => tag === 'hostshare')?.folder;
    vmm.consoleInput.write(wakeLine(machine.name, kit === template.kit));
    return vmm;
  }

  #markerOf(guest: string): ProcessMarker {
    const { marker } = this.#options;
    return { ...marker, role: 'vmm', guest, vmm: 'qemu', device: this.#devices.label };
  }

  async close(): Promise<void> {
    await this.#devices.close();
  }
}

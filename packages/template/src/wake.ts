import { randomBytes } from 'node:crypto';
import type { ProcessMarker } from '@coordinator/machine/process';
import {
  type QemuMachine,
  restoreQemu,
  type StandingGuest,
  type Vmm,
  type VmmCommand,
} from '@coordinator/machine/vmm';
import type { Template } from './template.ts';

const SEED_BYTES = 64;
const MACHINE_ID_BYTES = 16;
/** Longest host name there is, HOST_NAME_MAX of Linux. */
const MAX_HOSTNAME = 64;

/** What a machine that was restored feeds its random number generator with; see native/wake. */
export const freshSeed = (): string => randomBytes(SEED_BYTES).toString('hex');

/** Restores a guest and has it go on. @throws Error saying why it could not be restored; its VMM is gone then. */
export async function restoreGuest(
  qemu: VmmCommand,
  machine: QemuMachine,
  template: Template,
  marker: ProcessMarker,
): Promise<Vmm> {
  const guest = await intact(template, (signal) =>
    restoreQemu(qemu, machine, template.saved, marker, signal),
  );
  return wakeGuest(guest, machine, template);
}

/**
 * Restores a guest unless what it is restored from proves damaged meanwhile: what a VMM makes of such a file, nobody knows.
 * @throws Error saying why it could not be restored.
 */
export async function intact<Guest>(
  { verified }: Template,
  restore: (signal: AbortSignal) => Promise<Guest>,
): Promise<Guest> {
  const damaged = new AbortController();
  verified.catch(() => damaged.abort());
  try {
    return await restore(damaged.signal);
  } catch (error) {
    if (damaged.signal.aborted) await verified;
    throw error;
  }
}

/** Has a restored guest go on as `machine`. @throws Error saying why it cannot; its VMM is gone then. */
export async function wakeGuest(
  guest: StandingGuest,
  machine: QemuMachine,
  template: Template,
): Promise<Vmm> {
  const vmm = await guest.wake(machine, template.verified);
  const kit = machine.shares.find(({ tag }) => tag === 'hostshare')?.folder;
  vmm.consoleInput.write(wakeLine(machine.name, kit === template.kit));
  return vmm;
}

/**
 * What a restored guest reads from its console: whose kit it uses, the time, its name, a machine id and fresh entropy.
 * See native/wake.
 */
function wakeLine(name: string, ownKit: boolean): string {
  const hostname = name.replace(/[^A-Za-z0-9-]/g, '-').slice(0, MAX_HOSTNAME);
  const machineId = randomBytes(MACHINE_ID_BYTES).toString('hex');
  return `${ownKit ? 'own' : 'share'} ${Date.now()} ${hostname} ${machineId} ${freshSeed()}\n`;
}

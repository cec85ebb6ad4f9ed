import { fillMemory, plugFunction } from '@coordinator/machine/vmm';
import { freshSeed, type SavedMachine } from '@coordinator/template';
import { bySlot, type LabFunction } from './function.ts';
import { LabVmm, type LabVmmSetting } from './lab-vmm.ts';
import { type LabMachine, restoredLab } from './machine.ts';
import type { LabPort } from './port.ts';
import { whenAborted } from './when-aborted.ts';

export interface RestoreAttempt {
  readonly machine: LabMachine;
  readonly saved: SavedMachine;
  readonly setting: LabVmmSetting;
  /** What it is to have; needed once it stands still. */
  readonly functions: Promise<readonly LabFunction[]>;
  open(vmm: LabVmm): Promise<LabPort>;
  /** It stands still, and gets its functions. */
  onPlugging(): void;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/** A lab that goes on as a host of its own. */
export interface RestoredLab {
  readonly vmm: LabVmm;
  readonly port: LabPort;
}

/**
 * Restores a lab that was saved without functions.
 * @returns once it knows the time, has random numbers of its own and has probed all of its functions, in the order of a host
 * that boots.
 * @throws Error saying why it cannot, or the signal's reason; its VMM is gone then.
 */
export async function restoreLab(attempt: RestoreAttempt): Promise<RestoredLab> {
  const { machine, setting, signal } = attempt;
  signal.throwIfAborted();
  const vmm = await LabVmm.start(restoredLab(machine), setting);
  let opened: LabPort | undefined;
  const open = async () => {
    opened = await attempt.open(vmm);
    return opened;
  };
  try {
    const gone = vmm.ended.then((how) => Promise.reject(new Error(how)));
    const port = await Promise.race([wake(vmm, attempt, open), whenAborted(signal), gone]);
    return { vmm, port };
  } catch (error) {
    opened?.close();
    await vmm.stop();
    throw error;
  }
}

async function wake(
  vmm: LabVmm,
  { machine, saved: { saved, verified }, functions, onPlugging }: RestoreAttempt,
  open: () => Promise<LabPort>,
): Promise<LabPort> {
  const control = await vmm.control(machine.qmpSocket);
  if (saved.memory) await fillMemory(vmm.pid, machine.memoryMiB, saved.memory);
  await control.migration.restore(saved.state);
  const [first = [], ...others] = bySlot(await functions);
  onPlugging();
  const plug = async (slot: readonly LabFunction[]) => {
    for (const { device, place, disk } of slot) await plugFunction(control.qmp, device, place, disk);
  };
  await plug(first);
  await verified;
  await control.qmp.execute('cont');
  const port = await open();
  await port.ready;
  await port.run('lab-wake', String(Date.now()), freshSeed());
  await port.run('sh', '-c', untilProbed(first));
  // Each slot has a thread of the kernel's: who comes first is told no other way.
  for (const slot of others) {
    await plug(slot);
    await port.run('sh', '-c', untilProbed(slot));
  }
  return port;
}

/** Some fifteen seconds of an idle machine. */
const TRIES = 300;

/** A script that ends when the host has all of these, each with the driver it is to have. */
function untilProbed(functions: readonly LabFunction[]): string {
  const paths = functions.map(({ place: { bus, addr = '00.0' }, hostDriver }) => {
    // Linux numbers the buses behind root ports in their order.
    const bdf = `0000:${bus.replace('rp', '0')}:${addr}`;
    return hostDriver === undefined
      ? `/sys/bus/pci/devices/${bdf}`
      : `/sys/bus/pci/drivers/${hostDriver}/${bdf}`;
  });
  return `for path in ${paths.join(' ')}; do
	tries=0
	until [ -e $path ]; do
		tries=$((tries + 1))
		[ $tries -lt ${TRIES} ] || { echo "$path did not appear" >&2; exit 1; }
		usleep 50000
	done
done`;
}

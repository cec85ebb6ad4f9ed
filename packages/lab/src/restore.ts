import { randomBytes } from 'node:crypto';
import { plugFunction, type QemuControl } from '@coordinator/machine/vmm';
import type { SavedMachine } from '@coordinator/template';
import { bySlot, type LabFunction } from './function.ts';
import { LabVmm, type LabVmmSetting } from './lab-vmm.ts';
import { type LabMachine, restoredLab } from './machine.ts';
import type { LabPort } from './port.ts';

const SEED_BYTES = 64;

/** A lab that is restored and stands still: it has no functions yet. */
export interface StandingLab {
  readonly vmm: LabVmm;
  readonly control: QemuControl;
  readonly saved: SavedMachine;
}

/** @throws Error saying why it cannot be restored; its VMM is gone then. */
export async function standLab(
  machine: LabMachine,
  saved: SavedMachine,
  setting: LabVmmSetting,
): Promise<StandingLab> {
  const vmm = await LabVmm.start(restoredLab(machine), setting);
  try {
    const control = await vmm.control(machine.qmpSocket);
    await control.migration.restore(saved.file);
    return { vmm, control, saved };
  } catch (error) {
    await vmm.stop();
    throw error;
  }
}

/**
 * Has it go on as a host of its own that has these functions.
 * @returns once it knows the time, has random numbers of its own and has probed all of them, in the order of a host that boots.
 * @throws Error saying why it cannot.
 */
export async function wakeLab(
  { control, saved }: StandingLab,
  functions: readonly LabFunction[],
  open: () => Promise<LabPort>,
): Promise<LabPort> {
  const [first = [], ...others] = bySlot(functions);
  const plug = async (slot: readonly LabFunction[]) => {
    for (const { device, place, disk } of slot) await plugFunction(control.qmp, device, place, disk);
  };
  await plug(first);
  await saved.verified;
  await control.qmp.execute('cont');
  const port = await open();
  await port.ready;
  await port.run('lab-wake', String(Date.now()), randomBytes(SEED_BYTES).toString('hex'));
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

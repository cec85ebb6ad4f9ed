import { setTimeout as sleep } from 'node:timers/promises';
import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import type { ProcessIdentity } from '@coordinator/machine/process';
import { mayGetGroup, VFIO_DRIVER, whyNotAssignable, whyNotTakeable } from './assignable.ts';
import { BlockedWriteError } from './bounded-write.ts';
import type { BindingJournal, BindingRecord } from './journal.ts';
import type { Bdf, PciFunction, PciSysfs } from './sysfs.ts';
import { findGroupHolder, findIommufdUser } from './vfio-holder.ts';

const SETTLE_MS = 2000;
const POLL_MS = 20;

export interface Taker {
  /** null: the binding is to stay after this process. */
  readonly owner: ProcessIdentity | null;
  readonly run: string | null;
}

/**
 * Hands a function to vfio-pci as Documentation/driver-api/vfio.rst tells: unbind, driver_override, drivers_probe.
 * One that is bound to vfio-pci already is taken as it is, and left so by {@link giveBack}.
 * @param together functions of the same IOMMU group that are to be handed over too.
 * @throws CoordinatorError when it cannot be; the function is then as it was before.
 */
export async function take(
  pci: PciSysfs,
  journal: BindingJournal,
  bdf: Bdf,
  taker: Taker,
  together: readonly Bdf[] = [bdf],
): Promise<void> {
  const fn = requireFunction(pci, bdf);
  const obstacle = whyNotTakeable(pci, fn, { together });
  if (obstacle)
    throw new CoordinatorError(obstacle, { remedy: 'coordinator devices shows what keeps each function' });
  await requireVfioDriver(pci);
  const record: BindingRecord = { bdf, driver: fn.driver, driver_override: fn.driverOverride, ...taker };
  journal.add(record);
  if (fn.driver === VFIO_DRIVER) return;
  try {
    if (fn.driver !== null) await pci.unbind(bdf);
    await pci.setDriverOverride(bdf, VFIO_DRIVER);
    await pci.probe(bdf);
    await untilBound(pci, bdf, VFIO_DRIVER);
    if (mayGetGroup(pci, fn)) refuseNewGroup(pci, bdf, together);
  } catch (error) {
    // Whatever else is written about the function waits for the same.
    if (error instanceof BlockedWriteError) throw blocked(pci, fn, error);
    await giveBack(pci, journal, record);
    throw new CoordinatorError(`${bdf} cannot be bound to ${VFIO_DRIVER}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Binds a function again as its record says, and forgets the record.
 * @throws CoordinatorError when its driver does not take it back; the record stays then.
 */
export async function giveBack(pci: PciSysfs, journal: BindingJournal, record: BindingRecord): Promise<void> {
  const { bdf, driver, driver_override } = record;
  const fn = pci.function(bdf);
  // The kernel's unbind waits, without end, for whoever has the group open.
  const holder = fn?.driver === VFIO_DRIVER && fn.iommuGroup ? findGroupHolder(pci, fn.iommuGroup) : null;
  if (holder && fn?.driver !== driver) {
    throw new CoordinatorError(`${bdf} is in use by ${holder.name} (pid ${holder.pid})`, {
      remedy: `end it and run coordinator restore ${bdf}`,
    });
  }
  try {
    if (fn && (fn.driver !== driver || fn.driverOverride !== driver_override)) {
      if (fn.driver !== driver && fn.driver !== null) await pci.unbind(bdf);
      await pci.setDriverOverride(bdf, driver_override);
      if (fn.driver !== driver && driver !== null) {
        await pci.probe(bdf);
        await untilBound(pci, bdf, driver);
      }
    }
  } catch (error) {
    if (fn && error instanceof BlockedWriteError) throw blocked(pci, fn, error);
    throw new CoordinatorError(
      `${bdf} cannot be given back to ${driver ?? 'no driver'}: ${messageOf(error)}`,
      {
        remedy: `load the driver and run coordinator restore ${bdf} again`,
        cause: error,
      },
    );
  }
  // A function that was unplugged in the meantime has nothing to be given back.
  journal.remove(bdf);
}

/** The record of the function stays: it is not as it was before, and will change once the kernel can go on. */
function blocked(
  pci: PciSysfs,
  { bdf, driver, iommuGroup }: PciFunction,
  error: BlockedWriteError,
): CoordinatorError {
  const holder = iommuGroup === null ? null : findGroupHolder(pci, iommuGroup);
  const suspect = holder === null && driver === VFIO_DRIVER ? findIommufdUser() : null;
  const from = driver ?? 'its driver';
  let why = `${from} does not let go of it`;
  if (suspect) why = `${suspect.name} (pid ${suspect.pid}) uses iommufd and may have it`;
  if (holder) why = `${holder.name} (pid ${holder.pid}) has it open`;
  return new CoordinatorError(`${bdf} is being taken from ${from}, and that does not end: ${why}`, {
    remedy:
      'end what uses it, of which the kernel log may tell; the kernel then goes on by itself, and ' +
      `coordinator restore ${bdf} puts the rest right`,
    cause: error,
  });
}

/** Of a function whose group was not known before. @throws Error when there is none, or it cannot be handed over. */
function refuseNewGroup(pci: PciSysfs, bdf: Bdf, together: readonly Bdf[]): void {
  const obstacle = whyNotAssignable(pci, requireFunction(pci, bdf), { together });
  if (obstacle !== null) throw new Error(obstacle);
}

async function untilBound(pci: PciSysfs, bdf: Bdf, driver: string): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const now = pci.function(bdf)?.driver ?? null;
    if (now === driver) return;
    if (Date.now() > deadline) throw new Error(`it is bound to ${now ?? 'no driver'}`);
    await sleep(POLL_MS);
  }
}

function requireFunction(pci: PciSysfs, bdf: Bdf): PciFunction {
  const fn = pci.function(bdf);
  if (!fn)
    throw new CoordinatorError(`there is no PCI function ${bdf}`, {
      remedy: 'coordinator devices lists them',
    });
  return fn;
}

/** @throws CoordinatorError when the kernel has it not, nor a module of it. */
export async function requireVfioDriver(pci: PciSysfs): Promise<void> {
  if (pci.hasDriver(VFIO_DRIVER)) return;
  const { execa } = await import('execa');
  const { failed, stderr } = await execa('modprobe', [VFIO_DRIVER], { reject: false });
  if (pci.hasDriver(VFIO_DRIVER)) return;
  throw new CoordinatorError(
    `the kernel has no driver ${VFIO_DRIVER}${failed && stderr ? `: ${stderr}` : ''}`,
    {
      remedy: 'build the kernel with CONFIG_VFIO_PCI, or load the module',
    },
  );
}

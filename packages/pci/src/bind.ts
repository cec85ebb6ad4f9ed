import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import { isBehind, VFIO_DRIVER, whyNotTakeable } from './assignable.ts';
import { giveBack, requireVfioDriver, take } from './binding.ts';
import { type BindingJournal, describeTaker } from './journal.ts';
import type { Bdf, PciFunction, PciSysfs } from './sysfs.ts';

/** What `coordinator bind` is to do with one function. */
export interface BindingStep {
  readonly bdf: Bdf;
  readonly driver: string | null;
  /** `keep`: coordinator bind handed it over before. */
  readonly action: 'bind' | 'keep';
}

/** What handing functions over comes to. Nothing was changed for it. */
export interface BindingPlan {
  readonly steps: readonly BindingStep[];
  /** Other members of their groups, and why they stay as they are: "0000:00:01.0 (pcieport) is a bridge". */
  readonly remarks: readonly string[];
  /** Why it cannot be done, a sentence for each function that stands against it. */
  readonly obstacles: readonly string[];
}

/**
 * Looks at every function before the first is changed.
 * @param wholeGroups whether the other functions of their IOMMU groups are to go with them.
 */
export function planBinding(
  pci: PciSysfs,
  journal: BindingJournal,
  named: readonly Bdf[],
  { wholeGroups = false, proc }: { readonly wholeGroups?: boolean; readonly proc?: string } = {},
): BindingPlan {
  const chosen = new Set(named);
  const remarks: string[] = [];
  if (wholeGroups) for (const bdf of named) addGroup(pci, bdf, chosen, remarks);
  const together = [...chosen].sort();
  const obstacles: string[] = [];
  const steps = together.flatMap((bdf): BindingStep[] => {
    const fn = pci.function(bdf);
    if (!fn) {
      obstacles.push(`there is no PCI function ${bdf}`);
      return [];
    }
    const step = { bdf, driver: fn.driver };
    const record = journal.get(bdf);
    if (record?.owner === null && fn.driver === VFIO_DRIVER) return [{ ...step, action: 'keep' }];
    const obstacle = record
      ? `${bdf} is taken by ${describeTaker(record)}`
      : (whyNotTakeable(pci, fn, { together, ...(proc !== undefined && { proc }) }) ??
        goesAwayWith(pci, fn, together));
    if (obstacle) obstacles.push(obstacle);
    return [{ ...step, action: 'bind' }];
  });
  return { steps, remarks, obstacles };
}

/**
 * Hands over all functions of a plan, or none: when one is refused, those before it are given back.
 * @param onBound hears of each that is handed over.
 * @throws CoordinatorError
 */
export async function bindAll(
  pci: PciSysfs,
  journal: BindingJournal,
  plan: BindingPlan,
  onBound: (bdf: Bdf) => void,
): Promise<void> {
  const [obstacle, ...more] = plan.obstacles;
  if (obstacle !== undefined)
    throw new CoordinatorError([obstacle, ...more].join('; '), {
      remedy: 'nothing was changed; coordinator devices shows what keeps each function',
    });
  const steps = plan.steps.filter(({ action }) => action === 'bind');
  if (steps.length > 0) await requireVfioDriver(pci);
  const together = plan.steps.map(({ bdf }) => bdf);
  const done: Bdf[] = [];
  try {
    for (const { bdf } of steps) {
      await take(pci, journal, bdf, { owner: null, run: null }, together);
      done.push(bdf);
      onBound(bdf);
    }
  } catch (error) {
    const left = await undo(pci, journal, done);
    if (done.length === 0) throw error;
    const undone = left.length === 0 ? `${done.join(', ')} given back` : left.join('; ');
    throw new CoordinatorError(`${messageOf(error)}; ${undone}`, {
      ...(error instanceof CoordinatorError && error.remedy !== null && { remedy: error.remedy }),
      cause: error,
    });
  }
}

/** @returns why some of them could not be given back. */
async function undo(pci: PciSysfs, journal: BindingJournal, done: readonly Bdf[]): Promise<string[]> {
  const left: string[] = [];
  for (const bdf of [...done].reverse()) {
    const record = journal.get(bdf);
    if (record) await giveBack(pci, journal, record).catch((error: unknown) => left.push(messageOf(error)));
  }
  return left;
}

function addGroup(pci: PciSysfs, bdf: Bdf, chosen: Set<Bdf>, remarks: string[]): void {
  const group = pci.function(bdf)?.iommuGroup;
  if (!group) return;
  const members = pci.groupDevices(group);
  for (const { name, driver, fn } of members) {
    if (chosen.has(name)) continue;
    const who = `${name} (${driver ?? 'no driver'})`;
    const above = fn && members.find((other) => isBehind(pci, name, other.name));
    if (!fn) remarks.push(`${who} is no PCI function`);
    else if (fn.isBridge) remarks.push(`${who} is a bridge`);
    else if (above) remarks.push(`${who} goes away with ${above.name}`);
    else chosen.add(name);
  }
}

function goesAwayWith(pci: PciSysfs, fn: PciFunction, together: readonly Bdf[]): string | null {
  const above = together.find((bdf) => isBehind(pci, fn.bdf, bdf));
  return above === undefined ? null : `${fn.bdf} lies behind ${above} and goes away when that is handed over`;
}

import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import { isAlive } from '@coordinator/machine/process';
import { type Bdf, BindingJournal, giveBack, PciSysfs } from '@coordinator/pci';

export interface RestoredBinding {
  readonly bdf: Bdf;
  readonly summary: string;
  readonly complete: boolean;
  /** What to do where it is not. */
  readonly remedy?: string;
}

/**
 * Gives back functions that are noted as taken: those of coordinators that are gone and, when asked for, those of
 * `coordinator bind`. Call it when the guests that had them are gone.
 * @param only these functions; all when empty.
 */
export async function recoverBindings(
  options: { readonly only?: readonly Bdf[]; readonly alsoBound?: boolean } = {},
): Promise<RestoredBinding[]> {
  const journal = new BindingJournal();
  const pci = new PciSysfs();
  const { only = [], alsoBound = false } = options;
  const restored: RestoredBinding[] = [];
  for (const bdf of journal.damaged()) {
    if (only.length > 0 && !only.includes(bdf)) continue;
    journal.remove(bdf);
    restored.push({ bdf, summary: `${bdf} was never taken: its record says nothing`, complete: true });
  }
  for (const record of journal.all()) {
    if (only.length > 0 && !only.includes(record.bdf)) continue;
    if (record.owner === null ? !alsoBound : isAlive(record.owner)) continue;
    const to = record.driver ?? 'no driver';
    restored.push(
      await giveBack(pci, journal, record).then(
        () => ({ bdf: record.bdf, summary: `${record.bdf} is back on ${to}`, complete: true }),
        (error: unknown) => ({
          bdf: record.bdf,
          summary: messageOf(error),
          complete: false,
          ...(error instanceof CoordinatorError && error.remedy ? { remedy: error.remedy } : {}),
        }),
      ),
    );
  }
  return restored;
}

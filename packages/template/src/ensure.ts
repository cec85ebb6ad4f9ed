import type { OnProgress } from '@coordinator/image';
import { templateKey } from './key.ts';
import { makeTemplate } from './make.ts';
import { ensureSaved, findSaved, openSaved } from './saved.ts';
import type { Template, TemplateMachine } from './template.ts';

const KIND = 'template';
const LABEL = 'Booting a guest to start others from';

/**
 * The template of such guests: the one in the cache, or else one that is made now.
 * @param hooks `isVerified`: see {@link openSaved}
 * @throws CoordinatorError when it cannot be made.
 */
export async function ensureTemplate(
  machine: TemplateMachine,
  cacheDir: string | undefined,
  hooks: { readonly signal: AbortSignal; readonly onProgress: OnProgress; readonly isVerified?: boolean },
): Promise<Template> {
  const folder = await ensureSaved(
    {
      ...{ kind: KIND, label: LABEL, key: await templateKey(machine) },
      make: (place) => makeTemplate(machine, place, hooks.signal),
    },
    cacheDir,
    hooks,
  );
  return describe(machine, folder, hooks.isVerified);
}

/** The one in the cache; null when there is none. */
export async function findTemplate(
  machine: TemplateMachine,
  cacheDir: string | undefined,
  { isVerified }: { readonly isVerified?: boolean } = {},
): Promise<Template | null> {
  const folder = await findSaved({ kind: KIND, key: await templateKey(machine) }, cacheDir);
  return folder === null ? null : describe(machine, folder, isVerified);
}

async function describe(machine: TemplateMachine, folder: string, isVerified?: boolean): Promise<Template> {
  const { kernel, initrd, kit, iommu, files = false } = machine;
  return { ...(await openSaved(folder, isVerified)), kernel, initrd, kit, iommu, files };
}

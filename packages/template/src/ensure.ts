import type { OnProgress } from '@coordinator/image';
import { templateKey } from './key.ts';
import { makeTemplate } from './make.ts';
import { ensureSaved, openSaved } from './saved.ts';
import type { Template, TemplateMachine } from './template.ts';

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
      ...{ kind: 'template', label: LABEL, key: await templateKey(machine) },
      make: (place) => makeTemplate(machine, place, hooks.signal),
    },
    cacheDir,
    hooks,
  );
  const { kernel, initrd, kit, iommu, files = false } = machine;
  return { ...openSaved(folder, hooks.isVerified), kernel, initrd, kit, iommu, files };
}

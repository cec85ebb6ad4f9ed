import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type OnProgress, openCache } from '@coordinator/image';
import { type Digest, isIntact } from './digest.ts';
import { templateKey } from './key.ts';
import { makeTemplate } from './make.ts';
import { KIND, pruneTemplates } from './store.ts';
import { DIGEST_FILE, MEMORY_FILE, type Template, type TemplateMachine } from './template.ts';

const LABEL = 'Booting a guest to start others from';

/**
 * The template of such guests: the one in the cache, or else one that is made now.
 * @throws CoordinatorError when it cannot be made.
 */
export async function ensureTemplate(
  machine: TemplateMachine,
  cacheDir: string | undefined,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: OnProgress },
): Promise<Template> {
  const cache = openCache({ cacheDir });
  const id = { kind: KIND, key: await templateKey(machine) };
  if (!(await cache.has(id, true))) {
    const show = (label: string) => onProgress({ step: 1, steps: 1, label, fraction: null });
    const onWait = () => show('Waiting for another set-up');
    await cache.exclusively({ signal, onWait }, async () => {
      // Whoever held the lock before may have made it.
      if (await cache.has(id, true)) return;
      show(LABEL);
      await cache.make(id, (folder) => makeTemplate(machine, folder, signal));
      await cache.prune();
      await pruneTemplates(cache.directory);
    });
  }
  await cache.touch(id);
  const folder = cache.pathOf(id);
  const verified = verify(folder).catch(async (error: unknown) => {
    // The next run makes it anew.
    await rm(`${folder}.json`, { force: true });
    throw error;
  });
  // Whoever restores a guest hears of it.
  verified.catch(() => {});
  const { kernel, initrd, kit, iommu, files = false } = machine;
  return { file: join(folder, MEMORY_FILE), kernel, initrd, kit, iommu, files, verified };
}

async function verify(folder: string): Promise<void> {
  // The cache has compared this one with its hash.
  const digest = JSON.parse(await readFile(join(folder, DIGEST_FILE), 'utf8')) as Digest;
  if (await isIntact(join(folder, MEMORY_FILE), digest)) return;
  throw new Error(`the saved guest in ${folder} is damaged; the next run makes it anew`);
}

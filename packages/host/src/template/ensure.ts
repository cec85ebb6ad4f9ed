import { join } from 'node:path';
import { openCache } from '@coordinator/image';
import type { SetUpCaller } from '../session/caller.ts';
import { templateKey } from './key.ts';
import { makeTemplate } from './make.ts';
import type { Template, TemplateMachine } from './template.ts';

const KIND = 'template';
const LABEL = 'Booting a guest to start others from';

/**
 * The template of such guests: the one in the cache, if every byte of it is as it was written, or else one that is made
 * now.
 * @throws CoordinatorError when it cannot be made.
 */
export async function ensureTemplate(
  machine: TemplateMachine,
  cacheDir: string | undefined,
  { interrupt, setUpListener }: SetUpCaller,
): Promise<Template> {
  const cache = openCache({ cacheDir });
  const id = { kind: KIND, key: await templateKey(machine) };
  const template = { file: join(cache.pathOf(id), 'memory'), kit: machine.kit };
  if (!(await cache.has(id, true))) {
    const listener = setUpListener();
    try {
      const show = (label: string) => listener.show({ step: 1, steps: 1, label, fraction: null });
      const onWait = () => show('Waiting for another set-up');
      await cache.exclusively({ signal: interrupt, onWait }, async () => {
        // Whoever held the lock before may have made it.
        if (await cache.has(id, true)) return;
        show(LABEL);
        await cache.make(id, (folder) => makeTemplate(machine, folder, interrupt));
        await cache.prune();
      });
    } finally {
      listener.end();
    }
  }
  await cache.touch(id);
  return template;
}

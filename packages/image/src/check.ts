import { SetUpError } from './errors.ts';
import type { SetUpOptions } from './options.ts';
import { type ArtifactName, artifactIds } from './plan.ts';
import { artifactsInUse, readState, type State } from './state.ts';

/** One thing a virtual guest needs. */
export interface CheckItem {
  readonly name: string;
  readonly state: 'ready' | 'missing' | 'outdated';
  /** Where it is or what is wrong with it. */
  readonly detail: string;
  /** What to do about it; null when ready. */
  readonly remedy: string | null;
}

const NAME: Partial<Record<ArtifactName, string>> = {
  qemu: 'QEMU',
  kernel: 'guest kernel',
  initrd: 'guest initramfs',
  kit: 'guest kit',
};
const REMEDY = 'Run "coordinator setup".';

/** Says what set-up would have to do, hashes included; no network, and nothing is changed. */
export async function checkSetUp(options: SetUpOptions): Promise<CheckItem[]> {
  let state: State;
  try {
    state = await readState(options);
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    return [{ name: 'set-up', state: 'missing', detail: error.message, remedy: error.remedy }];
  }
  const brought: CheckItem[] = [];
  const { ownQemu } = state;
  if (ownQemu) {
    brought.push(ready('QEMU', `version ${ownQemu.version}: ${ownQemu.command.join(' ')}`));
  }
  if (options.kernel) brought.push(ready('guest kernel', options.kernel));
  if (options.initrd) brought.push(ready('guest initramfs', options.initrd));
  const made = await Promise.all(artifactsInUse(state).map((name) => checkArtifact(state, name)));
  return [...brought, ...made];
}

async function checkArtifact({ cache, pins, hashes }: State, artifact: ArtifactName): Promise<CheckItem> {
  const name = NAME[artifact] ?? artifact;
  const id = artifactIds(pins, hashes)[artifact];
  const found = id ? await cache.stateOf(id, true) : 'missing';
  if (id && found === 'ready') return ready(name, cache.pathOf(id));
  if (id && found === 'damaged') {
    return { name, state: 'missing', detail: `damaged: ${cache.pathOf(id)}`, remedy: REMEDY };
  }
  if (await cache.hasKind(artifact)) {
    return { name, state: 'outdated', detail: 'made from other sources or packages', remedy: REMEDY };
  }
  return { name, state: 'missing', detail: `not in ${cache.directory}`, remedy: REMEDY };
}

function ready(name: string, detail: string): CheckItem {
  return { name, state: 'ready', detail, remedy: null };
}

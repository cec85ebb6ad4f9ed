import pLimit, { type LimitFunction } from 'p-limit';
import type { Pool } from '../apt/pool.ts';
import { SetUpError } from '../errors.ts';
import type { Artifact, BuildContext } from './artifact.ts';
import type { Plan } from './plan.ts';

export interface MakeOptions<Project> {
  readonly plan: Plan<Project>;
  /** What to make, inputs first. Inputs that are not among it are there. */
  readonly toMake: readonly Artifact<Project>[];
  readonly pool: Pool;
  readonly signal: AbortSignal;
  /** Called with what is being done, by those that take long. */
  readonly onDetail: (detail: string) => void;
  /** Called each time one is made, with how many are. */
  readonly onMade: (done: number) => void;
}

/** Makes artifacts, side by side where one is not made from the other: one promise for each. */
export function makeArtifacts<Project>(options: MakeOptions<Project>): readonly Promise<string>[] {
  const { plan, toMake, pool, signal, onDetail, onMade } = options;
  const { cache, host, project } = plan.request;
  const folders = new Map<Artifact<Project>, Promise<string>>();
  const turns = new Map<Artifact<Project>, LimitFunction>();
  let done = 0;

  const input = async (artifact: Artifact<Project>): Promise<string> =>
    folders.get(artifact) ?? plan.folderOf(artifact);

  const build = async (artifact: Artifact<Project>): Promise<string> => {
    signal.throwIfAborted();
    const context: BuildContext<Project> = {
      ...{ project, host, pool, signal, onDetail, input },
      packages: plan.packagesOf(artifact),
      scratch: () => cache.temporary(`${artifact.name}-scratch`),
    };
    const folder = await cache.make(plan.mustBeKnown(artifact), async (directory) => {
      const files = await artifact.build(directory, context);
      if (await plan.isMadeFromThese(artifact)) return files;
      throw changedMeanwhile(artifact.description);
    });
    onMade(++done);
    return folder;
  };

  /** Who waits for an input while it is its turn would wait for ever if the input is built at the same place. */
  const inTurn = async (artifact: Artifact<Project>, workplace: Artifact<Project>): Promise<string> => {
    await Promise.all((artifact.inputs ?? []).map(input));
    return turnsIn(workplace)(() => build(artifact));
  };
  const turnsIn = (workplace: Artifact<Project>): LimitFunction => {
    const line = turns.get(workplace) ?? pLimit(1);
    turns.set(workplace, line);
    return line;
  };

  for (const artifact of toMake) {
    const { workplace } = artifact;
    folders.set(artifact, workplace ? inTurn(artifact, workplace) : build(artifact));
  }
  return [...folders.values()];
}

/** What is made of some old and some new sources has no key of its own. */
function changedMeanwhile(description: string): SetUpError {
  return new SetUpError('build-failed', `Sources of ${description} have changed while it was made.`, {
    remedy: 'Run the same command again.',
  });
}

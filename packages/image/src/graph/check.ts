import type { Artifact } from './artifact.ts';
import { Plan, type Request } from './plan.ts';

/** One thing that has to be there. */
export interface CheckItem {
  readonly name: string;
  readonly state: 'ready' | 'missing' | 'outdated';
  /** Where it is or what is wrong with it. */
  readonly detail: string;
  /** What to do about it; null when ready. */
  readonly remedy: string | null;
}

const REMEDY = 'Run "coordinator setup".';

/** Says what ensure() would have to do, hashes included; no network, and nothing is changed. */
export async function check<Project>(request: Request<Project>): Promise<CheckItem[]> {
  const plan = await Plan.read(request);
  return Promise.all(request.targets.map((one) => checkArtifact(plan, one)));
}

async function checkArtifact<Project>(plan: Plan<Project>, artifact: Artifact<Project>): Promise<CheckItem> {
  const { cache } = plan.request;
  const { title: name = artifact.name } = artifact;
  const id = plan.idOf(artifact);
  const found = id ? await cache.stateOf(id, true) : 'missing';
  if (id && found === 'ready') return ready(name, cache.pathOf(id));
  if (id && found === 'damaged') {
    return { name, state: 'missing', detail: `damaged: ${cache.pathOf(id)}`, remedy: REMEDY };
  }
  if (await cache.hasKind(artifact.name)) {
    return { name, state: 'outdated', detail: 'made from other sources or packages', remedy: REMEDY };
  }
  return { name, state: 'missing', detail: `not in ${cache.directory}`, remedy: REMEDY };
}

/** What there is nothing to do about. */
export function ready(name: string, detail: string): CheckItem {
  return { name, state: 'ready', detail, remedy: null };
}

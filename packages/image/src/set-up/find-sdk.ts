import { join } from 'node:path';
import { cacheFolder } from '@coordinator/base/user';
import { hostArchitecture } from '../apt/host.ts';
import { sdk } from '../artifacts/sdk.ts';
import { treeCommand } from '../build/tree-program.ts';
import { Cache } from '../cache/cache.ts';
import { Plan } from '../graph/plan.ts';

/** The tree native code was built in, with the compiler's tools for arm64. */
export interface Sdk {
  readonly root: string;
  /** How this machine runs a program of the tree, beside its own C library. */
  command(program: string): readonly [string, ...string[]];
}

/** @returns null where set-up has not made one, or the machine is none it runs on. */
export async function findSdk(cacheDir = cacheFolder()): Promise<Sdk | null> {
  try {
    const host = hostArchitecture();
    const plan = await Plan.read({ targets: [sdk], project: null, cache: new Cache(cacheDir), host });
    if ((await plan.toMake()).length > 0) return null;
    const root = plan.folderOf(sdk);
    const loader = join(host.debian === 'amd64' ? 'usr/lib64' : 'usr/lib', host.loader);
    return { root, command: (program) => treeCommand(root, program, host, { loader }) };
  } catch {
    return null;
  }
}

import { type Hashable, hashValue } from '../cache/hash.ts';
import type { ModuleTree } from './module-tree.ts';
import { orderModules } from './order.ts';

/** Hashes of modules and of all that they need, in the order in which they are loaded. */
export async function hashModules(tree: ModuleTree, names: readonly string[]): Promise<Hashable> {
  const order = await orderModules(names, (name) => tree.dependsOn(name));
  return Promise.all(
    order.map(async (name) => [name, hashValue((await tree.content(name)).toString('latin1'))]),
  );
}

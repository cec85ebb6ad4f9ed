/** The kernel takes '-' and '_' in module names for the same. */
export function moduleName(path: string): string {
  return path
    .replace(/^.*\//, '')
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');
}

/**
 * The modules wanted and all they depend on, each after those it needs, each once.
 *
 * @param dependsOn what one module depends on directly; null if it is built into the kernel.
 * @throws RangeError when modules depend on each other in a circle.
 */
export async function orderModules(
  wanted: readonly string[],
  dependsOn: (name: string) => Promise<readonly string[] | null>,
): Promise<string[]> {
  const order: string[] = [];
  const done = new Set<string>();
  const visit = async (name: string, path: readonly string[]): Promise<void> => {
    if (path.includes(name)) throw new RangeError(`modules need each other: ${[...path, name].join(' → ')}`);
    if (done.has(name)) return;
    const needed = await dependsOn(name);
    for (const one of needed ?? []) await visit(moduleName(one), [...path, name]);
    done.add(name);
    if (needed !== null) order.push(name);
  };
  for (const name of wanted) await visit(moduleName(name), []);
  return order;
}

import { existsSync, lstatSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../process/run.ts';

/** All that a kernel's module is built against, of a tree that is built in place. */
const PARTS = [
  ...['Makefile', 'Kbuild', '.config', 'Module.symvers', 'modules.order', 'modules.builtin'],
  ...['scripts', 'include', 'arch/arm64/Makefile', 'arch/arm64/include', 'tools/include'],
  // Read by every Makefile of an architecture's.
  ...['arch/arm64/kernel/vdso', 'arch/arm64/tools'].map((path) => `${path}/Makefile`),
];

/** Of these, what is for the kernel's own configuration and rebuild, and for device trees. */
const UNUSED = ['include/dt-bindings', 'scripts/dtc/include-prefixes', 'scripts/kconfig', 'scripts/package'];

/** Whether modules can be built against a copy of it: everything it needs is in it. */
export function isBuiltInPlace(tree: string): boolean {
  const isElsewhere = lstatSync(join(tree, 'source'), { throwIfNoEntry: false }) !== undefined;
  return (
    !isElsewhere && ['Module.symvers', 'scripts/mod/modpost'].every((path) => existsSync(join(tree, path)))
  );
}

/**
 * Copies what modules are built against, and the modules themselves: a hundredth of a tree.
 * @throws SetUpError; the signal's reason when aborted.
 */
export async function copyModuleHeaders(tree: string, target: string, signal?: AbortSignal): Promise<void> {
  await mkdir(target, { recursive: true });
  const order = await readFile(join(tree, 'modules.order'), 'utf8').catch(() => '');
  const modules = order
    .split('\n')
    .filter(Boolean)
    .map((object) => object.replace(/\.k?o$/, '.ko'));
  // Modules that are listed are not there where only the image was made again.
  const paths = [...PARTS, ...modules].filter((path) => existsSync(join(tree, path)));
  // Thousands of small files: Node's own copying takes ten times as long.
  await run('cp', ['-a', '--reflink=auto', '--parents', ...paths, target], {
    purpose: `copy what modules are built against from ${tree}`,
    code: 'build-failed',
    remedy: 'Run the same command again.',
    cwd: tree,
    writesTo: target,
    signal,
  });
  for (const path of UNUSED) await rm(join(target, path), { recursive: true, force: true });
}

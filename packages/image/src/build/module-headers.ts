import { constants, existsSync, lstatSync } from 'node:fs';
import { cp, lstat, mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** All that a kernel's module is built against, of a tree that is built in place. */
const PARTS = [
  ...['Makefile', 'Kbuild', '.config', 'Module.symvers', 'modules.order', 'modules.builtin'],
  ...['scripts', 'include', 'arch/arm64/Makefile', 'arch/arm64/include', 'tools/include'],
  // Read by every Makefile of an architecture's.
  ...['arch/arm64/kernel/vdso', 'arch/arm64/tools'].map((path) => `${path}/Makefile`),
];

/** Folders of `include` by which a kernel's own rebuild sees what has changed, and those for device trees. */
const UNUSED =
  /\/include\/(dt-bindings|config\/[A-Z0-9])|\/scripts\/(dtc\/include-prefixes|kconfig|package|coccinelle)\/|\.o$/;

/** Whether modules can be built against a copy of it: everything it needs is in it. */
export function isBuiltInPlace(tree: string): boolean {
  const isElsewhere = lstatSync(join(tree, 'source'), { throwIfNoEntry: false }) !== undefined;
  return (
    !isElsewhere && ['Module.symvers', 'scripts/mod/modpost'].every((path) => existsSync(join(tree, path)))
  );
}

/** Copies what modules are built against, and the modules themselves: a hundredth of a tree. */
export async function copyModuleHeaders(tree: string, target: string): Promise<void> {
  const filter = async (path: string) =>
    !UNUSED.test(path.slice(tree.length)) && !(await lstat(path)).isSocket();
  for (const part of PARTS) {
    const source = join(tree, part);
    if (!existsSync(source)) continue;
    await mkdir(dirname(join(target, part)), { recursive: true });
    await cp(source, join(target, part), {
      ...{ recursive: true, verbatimSymlinks: true, filter },
      mode: constants.COPYFILE_FICLONE,
    });
  }
  const order = await readFile(join(tree, 'modules.order'), 'utf8').catch(() => '');
  for (const object of order.split('\n').filter(Boolean)) {
    const path = object.replace(/\.k?o$/, '.ko');
    await mkdir(join(target, dirname(path)), { recursive: true });
    await cp(join(tree, path), join(target, dirname(path), basename(path)), {
      mode: constants.COPYFILE_FICLONE,
    });
  }
}

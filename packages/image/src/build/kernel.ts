import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageFile } from '../apt/package-file.ts';
import type { Pool } from '../apt/pool.ts';
import { ModuleTree } from '../modules/module-tree.ts';
import { orderModules } from '../modules/order.ts';
import { withoutSignature } from '../modules/signature.ts';
import { MODULES } from '../recipe.ts';
import { unpackTree } from './unpack.ts';

export interface KernelOptions {
  readonly pool: Pool;
  readonly packages: readonly PackageFile[];
  readonly release: string;
  /** A folder to unpack in; the caller removes it. */
  readonly scratch: string;
  /** A command that decompresses the .xz file named last to stdout. */
  readonly decompressor: () => Promise<readonly [string, ...string[]]>;
  readonly signal?: AbortSignal | undefined;
}

/** Folders without any module of the recipe: most of 4,000 files. A module missed by mistake is named in an error. */
const UNUSED_MODULES = [
  ...['sound', 'drivers/[!binv]*', 'drivers/b[!l]*', 'drivers/bluetooth', 'drivers/i[!o]*'],
  ...['drivers/net', 'drivers/nfc', 'drivers/video', 'fs/[!9ns]*', 'fs/s[!q]*', 'net/[!9v]*'],
].map((path) => `./usr/lib/modules/*/kernel/${path}`);

/**
 * Files of a kernel artifact: the image, busybox, `modules/` with what the initramfs puts in /lib/modules, and
 * `lab-modules/` with what that of the lab's host does.
 */
export const KERNEL_FILES = ['vmlinuz', 'busybox', 'modules/release'] as const;

/** Takes out of the kernel's package (hundreds of MB unpacked) the little a guest needs. */
export async function makeKernel(directory: string, options: KernelOptions): Promise<readonly string[]> {
  const { pool, packages, release, scratch, signal } = options;
  const image = packages.filter(({ name }) => name.startsWith('linux-image-'));
  const busybox = packages.filter(({ name }) => name === 'busybox-static');
  await Promise.all([
    unpackTree(pool, image, join(scratch, 'image'), { signal, without: UNUSED_MODULES }),
    unpackTree(pool, busybox, join(scratch, 'busybox'), { signal }),
  ]);
  await copyFile(join(scratch, 'image/boot', `vmlinuz-${release}`), join(directory, 'vmlinuz'));
  await copyFile(join(scratch, 'busybox/usr/bin/busybox'), join(directory, 'busybox'));
  const from = join(scratch, 'image/usr/lib/modules', release);
  const tree = await ModuleTree.open(from, await options.decompressor(), signal);
  const byDevice = Object.entries(MODULES.byDevice).map(([id, names]) => [`pci-${id}`, names] as const);
  const byClass = Object.entries(MODULES.byClass).map(([id, names]) => [`pci-class-${id}`, names] as const);
  await copyModules(tree, join(directory, 'modules'), [['always', MODULES.always], ...byDevice, ...byClass]);
  await writeFile(join(directory, 'modules/release'), `${release}\n`);
  await copyModules(tree, join(directory, 'lab-modules'), [['always', MODULES.lab]]);
  const written = ['modules', 'lab-modules'].map(async (folder) =>
    (await readdir(join(directory, folder))).map((name) => `${folder}/${name}`),
  );
  return [...new Set([...KERNEL_FILES, ...(await Promise.all(written)).flat()])];
}

/** Writes the modules, and lists of what to load: `always`, and `pci-VENDOR-DEVICE` and `pci-class-CLASS` for those functions. */
async function copyModules(
  tree: ModuleTree,
  directory: string,
  lists: readonly (readonly [list: string, modules: readonly string[]])[],
): Promise<void> {
  await mkdir(directory);
  for (const [list, wanted] of lists) {
    const order = await orderModules(wanted, (name) => tree.dependsOn(name));
    for (const name of order) {
      await writeFile(join(directory, `${name}.ko`), withoutSignature(await tree.content(name)));
    }
    await writeFile(join(directory, list), order.map((name) => `${name}.ko\n`).join(''));
  }
}

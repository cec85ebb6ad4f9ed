import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelConfig } from '../kernel/config.ts';
import {
  findLacks,
  type Lacks,
  labModulesFor,
  MODULE_LISTS,
  modulesFor,
  requireOptions,
  settingsFor,
} from '../kernel/needs.ts';
import type { ModuleTree } from '../modules/module-tree.ts';
import { orderModules } from '../modules/order.ts';
import { withoutSignature } from '../modules/signature.ts';

/** For recipes: what decides, beside the kernel, what writeKernel() writes. */
export const KERNEL_LISTS = Object.entries(MODULE_LISTS).map(([list, needs]) => [
  list,
  ...needs.map(({ option, module = '' }) => `${option} ${module}`),
]);

/** The same for a kernel that the lab's own host boots. */
export const LAB_LIST = settingsFor('lab').map((setting) => setting.join(' '));

/** What a kernel is for. */
export interface KernelUse {
  /** The lab's own host, beside guests. */
  readonly lab?: boolean;
}

/** For recipes of kernels. */
export const recipeFor = ({ lab = false }: KernelUse) => [KERNEL_LISTS, ...(lab ? [LAB_LIST] : [])];

/** A kernel as somebody built it. */
export interface BuiltKernel {
  /** What `uname -r` says on it. */
  readonly release: string;
  /** Path of the image that a VMM boots. */
  readonly image: string;
  readonly config: KernelConfig;
  readonly modules: ModuleTree;
}

/**
 * The little that a guest needs of a kernel (hundreds of MB, with all modules): the image, `vmlinuz`; modules for the
 * initramfs, in `modules/`, with the lists of what to load when, in order; its `release`; and what it `lacks`. For the lab
 * besides the modules of its host, in `lab-modules/`.
 * @returns the files that matter.
 * @throws SetUpError 'kernel-unusable' naming the options without which no guest can be.
 */
export async function writeKernel(
  directory: string,
  kernel: BuiltKernel,
  { lab = false }: KernelUse = {},
): Promise<readonly string[]> {
  const { release, image, config, modules } = kernel;
  const lacks = findLacks(config);
  requireOptions(`The kernel ${release}`, lacks, [null]);
  if (lab) requireOptions(`The kernel ${release}`, findLacks(config, 'lab'), ['lab']);
  await copyFile(image, join(directory, 'vmlinuz'));
  const files = await copyModules(modules, directory, 'modules', modulesFor(config));
  await writeFile(join(directory, 'release'), `${release}\n`);
  await copyFile(join(directory, 'release'), join(directory, 'modules/release'));
  await writeFile(join(directory, 'lacks.json'), `${JSON.stringify([...lacks])}\n`);
  const written = ['vmlinuz', ...files, 'release', 'modules/release', 'lacks.json'];
  if (!lab) return written;
  const always = labModulesFor(config);
  return [...written, ...(await copyModules(modules, directory, 'lab-modules', { always }))];
}

/** Release of the kernel that a kernel's or an SDK's folder is of. */
export async function readRelease(directory: string): Promise<string> {
  return (await readFile(join(directory, 'release'), 'utf8')).trim();
}

/** What the kernel in a folder lacks of all that guests may need. */
export async function readLacks(directory: string): Promise<Lacks> {
  return new Map(JSON.parse(await readFile(join(directory, 'lacks.json'), 'utf8')));
}

/**
 * Writes modules into a folder of `directory`, and the lists of what to load, in order.
 * @returns the paths of all of it.
 */
export async function copyModules(
  tree: ModuleTree,
  directory: string,
  folder: string,
  lists: Readonly<Record<string, readonly string[]>>,
): Promise<readonly string[]> {
  await mkdir(join(directory, folder));
  const files = new Set<string>();
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    files.add(`${folder}/${name}`);
    await writeFile(join(directory, folder, name), content);
  };
  for (const [list, wanted] of Object.entries(lists)) {
    const order = await orderModules(wanted, (name) => tree.dependsOn(name));
    for (const name of order) await write(`${name}.ko`, withoutSignature(await tree.content(name)));
    await write(list, order.map((name) => `${name}.ko\n`).join(''));
  }
  return [...files];
}

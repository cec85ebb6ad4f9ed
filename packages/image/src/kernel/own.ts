import { existsSync, realpathSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SetUpError } from '../errors.ts';

/** A kernel that somebody built, and what belongs to it; absolute paths. */
export interface OwnKernel {
  /** The folder it was asked for by. */
  readonly folder: string;
  readonly release: string;
  readonly image: string;
  readonly config: string;
  /** Where its modules are: installed below a folder, or loose in the tree that made them. */
  readonly modules: { readonly installed: boolean; readonly folder: string };
  /** What modules are built against; null where there is nothing. */
  readonly headers: string | null;
}

const BUILT_IMAGE = 'arch/arm64/boot/Image';

/**
 * Finds the kernel in a folder: that of a build tree; or one installed below a root, by its package or by
 * `modules_install`, of which there has to be one only, or its folder of modules is given.
 * @throws SetUpError 'kernel-unusable' naming what is missing.
 */
export async function findOwnKernel(path: string): Promise<OwnKernel> {
  const folder = resolve(path);
  if (existsSync(join(folder, 'include/config/kernel.release'))) return findBuilt(folder);
  if (basename(dirname(folder)) === 'modules') return findInstalled(folder, folder);
  for (const place of ['lib/modules', 'usr/lib/modules']) {
    const releases = await releasesIn(join(folder, place));
    const [release] = releases;
    if (release === undefined) continue;
    if (releases.length === 1) return findInstalled(folder, join(folder, place, release));
    throw unusable(`${folder} has more than one kernel: ${releases.join(', ')}.`, {
      remedy: `Give the modules of one: --kernel ${join(folder, place, release)}.`,
    });
  }
  if (existsSync(join(folder, 'Kconfig')) || existsSync(join(folder, 'Makefile')))
    throw unusable(`${folder} is a kernel tree that is not built: it has no include/config/kernel.release.`, {
      remedy: 'Build it first: make ARCH=arm64 Image modules. Of a build with O=DIR, give that folder.',
    });
  throw unusable(`${folder} is neither a kernel's build tree nor a root with lib/modules.`, {
    remedy: 'Give the folder of a build, one that modules_install filled, or the file of an Image.',
  });
}

async function findBuilt(tree: string): Promise<OwnKernel> {
  return {
    folder: tree,
    release: (await readFile(join(tree, 'include/config/kernel.release'), 'utf8')).trim(),
    image: need(tree, [BUILT_IMAGE], 'Build it: make ARCH=arm64 Image.'),
    // What it was built with; .config may have changed since.
    config: need(tree, ['include/config/auto.conf', '.config'], 'Build it: make ARCH=arm64 Image.'),
    modules: { installed: false, folder: tree },
    headers: tree,
  };
}

async function findInstalled(folder: string, modules: string): Promise<OwnKernel> {
  const release = basename(modules);
  const root = resolve(modules, '../../..').replace(/\/usr$/, '');
  const build = followLink(join(modules, 'build'));
  const places = [join(root, 'boot'), modules, ...(build ? [build] : [])];
  const among = (names: readonly string[]) =>
    places.flatMap((place) => names.map((name) => join(place, name)));
  const remedy = `Install it there too, as boot/vmlinuz-${release}, or give the file of the Image.`;
  return {
    folder,
    release,
    image: need(
      folder,
      among([`vmlinuz-${release}`, `Image-${release}`, 'vmlinuz', 'Image', BUILT_IMAGE]),
      remedy,
    ),
    config: need(
      folder,
      among([`config-${release}`, 'config', 'include/config/auto.conf', '.config']),
      `Put its configuration there as boot/config-${release}.`,
    ),
    modules: { installed: true, folder: modules },
    headers: build,
  };
}

/** Where a link leads. One that leaves a root that is unpacked somewhere else is of the machine it was made for. */
function followLink(link: string): string | null {
  try {
    return realpathSync(link);
  } catch {
    return null;
  }
}

async function releasesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^\d/.test(name) && statSync(join(folder, name)).isDirectory()).sort();
}

/** The first of these files that is there. */
function need(folder: string, paths: readonly string[], remedy: string): string {
  const found = paths.map((path) => resolve(folder, path)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw unusable(`${folder} has no ${paths.map((path) => path.replace(`${folder}/`, '')).join(', or ')}.`, {
    remedy,
  });
}

function unusable(message: string, details: { readonly remedy: string }): SetUpError {
  return new SetUpError('kernel-unusable', message, details);
}

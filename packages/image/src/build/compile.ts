import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Hashable, listSources } from '../cache/hash.ts';
import { Chroot, ENVIRONMENT } from './chroot.ts';
import { copyModuleHeaders } from './module-headers.ts';

const CROSS = 'CROSS_COMPILE=aarch64-linux-gnu-';

/** Where a copy of a kernel's tree is, beside the sources. */
const TREE = 'linux';

/** The guest's JavaScript engine is linked with the SDK's QuickJS; flags are those of every other program. */
const QJS_MAKEFILE = `PROGRAM = qjs
SOURCES = $(wildcard *.c)
INCLUDES = -idirafter /usr/include
LIBRARIES = /usr/lib/aarch64-linux-gnu/quickjs/libquickjs.a -lm -lpthread -ldl
include ../common/program.mk
`;

export const KERNEL_OPTIONS = ['ARCH=arm64', 'CONFIG_DEBUG_INFO_BTF_MODULES='];
const STRIP = ['aarch64-linux-gnu-strip', '--strip-debug'];

/** For recipes: what decides, beside the SDK and the sources, what a workshop makes. */
export const COMPILING: Hashable = [CROSS, KERNEL_OPTIONS, STRIP, QJS_MAKEFILE, ENVIRONMENT];

export interface BuildOptions {
  /** Folder of the SDK. */
  readonly sdk: string;
  /** packages/guest/native, and the parts of it that are needed. */
  readonly nativeDir: string;
  readonly parts: readonly string[];
  /** A kernel's tree, built in place, that modules are for; those of the SDK's own kernel headers if there is none. */
  readonly tree?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Builds modules, each for a kernel that it knows. */
export interface ModuleMaker {
  /** Builds the module `NAME.ko` of a part for a kernel release, to `target`. */
  module(part: string, name: string, release: string, target: string): Promise<void>;
}

/** A copy of native sources in the SDK, and `make` for the guest in it. How things are compiled, their Makefiles say. */
export class Workshop implements ModuleMaker {
  /** Folder of the copy. */
  readonly directory: string;
  readonly #chroot: Chroot;
  readonly #inside: string;
  readonly #tree: string | null;

  private constructor(chroot: Chroot, directory: string, inside: string, tree: string | null) {
    this.#chroot = chroot;
    this.directory = directory;
    this.#inside = inside;
    this.#tree = tree;
  }

  /** Runs `body` with a workshop that is gone when it ends. */
  static async open(options: BuildOptions, body: (workshop: Workshop) => Promise<void>): Promise<void> {
    const { sdk, nativeDir, parts, signal, tree } = options;
    const chroot = await Chroot.open(sdk, signal);
    await chroot.withWorkFolder(async (outside, inside) => {
      await copySources(nativeDir, parts, outside);
      if (tree !== undefined) await copyModuleHeaders(tree, join(outside, TREE), signal);
      await body(new Workshop(chroot, outside, inside, tree === undefined ? null : `${inside}/${TREE}`));
    });
  }

  /** Builds the program `name` of a part, to `target`. */
  async program(part: string, name: string, target: string): Promise<void> {
    if (part === 'qjs') await writeFile(join(this.directory, 'qjs/Makefile'), QJS_MAKEFILE);
    await this.#make(part, [name, CROSS], `compile ${name}`);
    await copyFile(join(this.directory, part, name), target);
  }

  async module(part: string, name: string, release: string, target: string): Promise<void> {
    const kernel = [`KDIR=${this.#tree ?? `/usr/src/linux-headers-${release}`}`, ...KERNEL_OPTIONS];
    await this.#make(part, ['modules', CROSS, ...kernel], `compile the ${name} module for kernel ${release}`);
    // A tenth of the size: the guest reads it over the share.
    const built = `${this.#inside}/${part}/${name}.ko`;
    await this.#chroot.run([...STRIP, built], `strip the ${name} module`);
    await copyFile(join(this.directory, part, `${name}.ko`), target);
  }

  async #make(part: string, args: readonly string[], purpose: string): Promise<void> {
    await this.#chroot.run(['/usr/bin/make', '-C', `${this.#inside}/${part}`, ...args], purpose);
  }
}

/** Copies the sources of some parts, as a build writes beside them. */
export async function copySources(
  nativeDir: string,
  parts: readonly string[],
  target: string,
): Promise<void> {
  for (const path of await listSources(nativeDir, parts)) {
    await mkdir(join(target, dirname(path)), { recursive: true });
    await copyFile(join(nativeDir, path), join(target, path));
  }
}

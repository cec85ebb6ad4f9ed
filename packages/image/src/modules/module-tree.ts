import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findInPath } from '@coordinator/base/programs';
import { decompress as unzstd } from 'fzstd';
import { SetUpError } from '../errors.ts';
import { run } from '../process/run.ts';
import { readModinfo } from './modinfo.ts';
import { moduleName } from './order.ts';

const MODULE_FILE = /\.ko(\.(xz|zst|gz))?$/;

export interface ModuleTreeOptions {
  /** A command that unpacks xz, for machines that have none. */
  readonly xz: () => Promise<readonly [string, ...string[]]>;
  readonly signal?: AbortSignal | undefined;
}

/** The modules of one kernel, by their names. */
export class ModuleTree {
  readonly #paths: ReadonlyMap<string, string>;
  readonly #builtIn: ReadonlySet<string>;
  readonly #contents = new Map<string, Promise<Buffer>>();
  readonly #options: ModuleTreeOptions;

  private constructor(paths: readonly string[], builtIn: string, options: ModuleTreeOptions) {
    this.#paths = new Map(paths.map((path) => [moduleName(path), path]));
    this.#builtIn = new Set(builtIn.split('\n').filter(Boolean).map(moduleName));
    this.#options = options;
  }

  /** Modules as they are installed: /usr/lib/modules/RELEASE. */
  static async open(directory: string, options: ModuleTreeOptions): Promise<ModuleTree> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile() && MODULE_FILE.test(entry.name))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    return new ModuleTree(paths, await readIfThere(join(directory, 'modules.builtin')), options);
  }

  /** Modules where they were built, which `modules.order` names by their objects: a whole tree is not to be searched. */
  static async openBuilt(tree: string, options: ModuleTreeOptions): Promise<ModuleTree> {
    const order = await readIfThere(join(tree, 'modules.order'));
    const paths = order
      .split('\n')
      .filter(Boolean)
      .map((path) => join(tree, path.replace(/^kernel\//, '').replace(/\.k?o$/, '.ko')));
    return new ModuleTree(paths, await readIfThere(join(tree, 'modules.builtin')), options);
  }

  /** Whether the kernel has it, as a module or built in. */
  has(name: string): boolean {
    return this.#paths.has(moduleName(name)) || this.#builtIn.has(moduleName(name));
  }

  /** Names of the modules one needs, or null if it is part of the kernel itself. */
  async dependsOn(name: string): Promise<readonly string[] | null> {
    if (!this.#paths.has(name) && this.#builtIn.has(name)) return null;
    const [list = ''] = readModinfo(await this.content(name), 'depends');
    return list.split(',').filter(Boolean);
  }

  /** The module itself, decompressed: the guest's emulated processor would take longer over it. */
  content(name: string): Promise<Buffer> {
    const known = this.#contents.get(name) ?? this.#read(name);
    this.#contents.set(name, known);
    return known;
  }

  async #read(name: string): Promise<Buffer> {
    const path = this.#paths.get(name);
    if (path === undefined) throw missing(name);
    if (path.endsWith('.xz')) return this.#unxz(name, path);
    const content = await readFile(path).catch((cause: unknown) => {
      throw missing(name, cause);
    });
    if (path.endsWith('.zst')) return Buffer.from(unzstd(content));
    return path.endsWith('.gz') ? gunzipSync(content) : content;
  }

  async #unxz(name: string, path: string): Promise<Buffer> {
    const [command, ...args] = findInPath('xz') ? ['xz'] : await this.#options.xz();
    return run(command ?? 'xz', [...args, '-dc', path], {
      purpose: `decompress module ${name}`,
      code: 'build-failed',
      remedy: 'Run the same command again.',
      signal: this.#options.signal,
    });
  }
}

function missing(name: string, cause?: unknown): SetUpError {
  return new SetUpError(
    'kernel-unusable',
    `The guest's kernel has no module ${name}, which its configuration names.`,
    {
      remedy: 'Build or install its modules too: make modules, or make modules_install.',
      cause,
    },
  );
}

function readIfThere(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

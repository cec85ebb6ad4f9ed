import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetUpError } from '../errors.ts';
import { run } from '../process/run.ts';
import { readModinfo } from './modinfo.ts';
import { moduleName } from './order.ts';

/** The modules of one unpacked kernel package: /usr/lib/modules/RELEASE. */
export class ModuleTree {
  readonly #paths = new Map<string, string>();
  readonly #builtIn: ReadonlySet<string>;
  readonly #contents = new Map<string, Promise<Buffer>>();
  readonly #decompressor: readonly [string, ...string[]];
  readonly #signal: AbortSignal | undefined;

  private constructor(
    builtIn: ReadonlySet<string>,
    decompressor: readonly [string, ...string[]],
    signal?: AbortSignal,
  ) {
    this.#builtIn = builtIn;
    this.#decompressor = decompressor;
    this.#signal = signal;
  }

  /** @param decompressor a command that decompresses the .xz file named last to stdout. */
  static async open(
    directory: string,
    decompressor: readonly [string, ...string[]],
    signal: AbortSignal | undefined,
  ): Promise<ModuleTree> {
    const builtIn = await readFile(join(directory, 'modules.builtin'), 'utf8');
    const tree = new ModuleTree(new Set(builtIn.split('\n').map(moduleName)), decompressor, signal);
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.ko(\.xz)?$/.test(entry.name)) continue;
      tree.#paths.set(moduleName(entry.name), join(entry.parentPath ?? entry.path, entry.name));
    }
    return tree;
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
    if (!path) {
      throw new SetUpError('build-failed', `The guest's kernel has no module ${name}.`, {
        remedy: 'Report this: the recipe does not fit this kernel.',
      });
    }
    if (!path.endsWith('.xz')) return readFile(path);
    const [command, ...args] = this.#decompressor;
    return run(command, [...args, path], {
      purpose: `decompress module ${name}`,
      code: 'build-failed',
      remedy: 'Run the same command again.',
      signal: this.#signal,
    });
  }
}

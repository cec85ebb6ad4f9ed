import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Inputs of one target that are worth keeping: one file each, named by its content. */
export class Corpus {
  readonly directory: string;

  /** @param root folder of all targets' inputs. */
  constructor(root: string, target: string) {
    this.directory = join(root, target);
  }

  /** Shortest first: what two cover, the shorter one is kept for. */
  read(): readonly Uint8Array[] {
    return this.#names()
      .map((name) => new Uint8Array(readFileSync(join(this.directory, name))))
      .sort((a, b) => a.length - b.length);
  }

  /** @returns the file's path. */
  add(input: Uint8Array): string {
    mkdirSync(this.directory, { recursive: true });
    const path = join(this.directory, createHash('sha256').update(input).digest('hex').slice(0, 16));
    writeFileSync(path, input);
    return path;
  }

  /** Keeps these inputs and no others. */
  replace(inputs: readonly Uint8Array[]): void {
    rmSync(this.directory, { recursive: true, force: true });
    for (const input of inputs) this.add(input);
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.directory).sort();
    } catch {
      return [];
    }
  }
}

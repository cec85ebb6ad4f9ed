import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Begins the names of inputs that broke something once. */
const FINDING = 'found-';

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

  /** Keeps what broke a property, for good. @returns the file's path. */
  addFinding(input: Uint8Array): string {
    return this.#write(`${FINDING}${nameOf(input)}`, input);
  }

  /** Keeps these inputs, findings, and no others. */
  replace(inputs: readonly Uint8Array[]): void {
    const findings = this.#names().filter((name) => name.startsWith(FINDING));
    const known = new Set(findings.map((name) => name.slice(FINDING.length)));
    for (const name of this.#names()) if (!findings.includes(name)) rmSync(join(this.directory, name));
    for (const input of inputs) if (!known.has(nameOf(input))) this.#write(nameOf(input), input);
  }

  #write(name: string, input: Uint8Array): string {
    mkdirSync(this.directory, { recursive: true });
    const path = join(this.directory, name);
    writeFileSync(path, input);
    return path;
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.directory).sort();
    } catch {
      return [];
    }
  }
}

function nameOf(input: Uint8Array): string {
  return createHash('sha256').update(input).digest('hex').slice(0, 16);
}

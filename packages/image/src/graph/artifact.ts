import type { HostArchitecture } from '../apt/debian.ts';
import type { PackageFile } from '../apt/package-file.ts';
import type { PackageSet } from '../apt/package-set.ts';
import type { Pool } from '../apt/pool.ts';
import type { Hashable } from '../cache/hash.ts';

/**
 * Something set-up makes: a folder in the cache, there as a whole or not at all. How it is fetched, kept, checked and
 * made is the graph's business; this says what it is made from.
 *
 * @typeParam Project what is asked for of the project's own files.
 */
export interface Artifact<Project = unknown> {
  /** Names its folders in the cache. */
  readonly name: string;
  /** As `setup --check` calls it; its name by default. */
  readonly title?: string;
  /** As an error calls what set-up could not get: "the guest's kernel". */
  readonly description: string;
  /** What else decides what build() makes: patterns, lists, versions; raise a number in it when the code is another. */
  readonly recipe?: Hashable;
  readonly packages?: readonly PackageUse[];
  /** Bytes it takes on the disk while it is made, beside its packages as they are downloaded: about, and measured. */
  readonly space: number;
  /** Artifacts it is made from, or with. */
  readonly inputs?: readonly Artifact<Project>[];
  /** The input in whose folder it is built: those that are built in the same one take turns. */
  readonly workplace?: Artifact<Project>;
  /**
   * Hashes of the project's files that go into it.
   * @throws SetUpError 'file-missing' naming the file.
   */
  readonly sources?: (project: Project) => Promise<Hashable>;
  /**
   * Fills the folder it is given, and returns the paths in it of the files that tell whether it is whole. It starts
   * when packages and inputs may still be on their way: it waits for what it needs, when it does.
   */
  readonly build: (directory: string, context: BuildContext<Project>) => Promise<readonly string[]>;
}

/** A set of packages, or those of it that `only` takes. */
export interface PackageUse {
  readonly set: PackageSet;
  readonly only?: (one: PackageFile) => boolean;
}

/** Where an artifact is built from. */
export interface BuildContext<Project = unknown> {
  readonly project: Project;
  readonly host: HostArchitecture;
  /** The artifact's packages; the pool gives each as soon as it is here. */
  readonly packages: readonly PackageFile[];
  readonly pool: Pool;
  /** Aborted when set-up is, or when another artifact fails. */
  readonly signal: AbortSignal;
  /** Folder of an input, once it is made. */
  readonly input: (artifact: Artifact<Project>) => Promise<string>;
  /** Says what is being done, where making it takes long. */
  readonly onDetail: (detail: string) => void;
  /** A new folder to work in, which is removed when all is done. */
  readonly scratch: () => Promise<string>;
}

/** The artifacts and all they are made from, each after its inputs, each once. */
export function inOrder<Project>(targets: readonly Artifact<Project>[]): readonly Artifact<Project>[] {
  const order = new Set<Artifact<Project>>();
  const visit = (artifact: Artifact<Project>): void => {
    if (order.has(artifact)) return;
    for (const input of artifact.inputs ?? []) visit(input);
    order.add(artifact);
  };
  for (const target of targets) visit(target);
  return [...order];
}

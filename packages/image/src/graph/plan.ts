import type { Archive } from '../apt/archive.ts';
import type { HostArchitecture } from '../apt/debian.ts';
import type { PackageFile } from '../apt/package-file.ts';
import type { PackageSet } from '../apt/package-set.ts';
import type { ArtifactId, Cache } from '../cache/cache.ts';
import { type Hashable, hashValue } from '../cache/hash.ts';
import { type Artifact, inOrder } from './artifact.ts';
import type { OnPackages } from './pin-changes.ts';
import { type Pins, readPins } from './pins.ts';
import type { OnProgress } from './progress.ts';

/** Raised when all artifacts are to be made anew. */
const VERSION = 4;

/** How whatever is missing is made, and who hears of it. */
export interface MakeOptions {
  /** Compare the hashes of what is there, not only the sizes; takes a tenth of a second. */
  readonly verify?: boolean | undefined;
  /** Choose packages anew instead of keeping to those of the first set-up. */
  readonly refresh?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Hears that packages are other ones than before. */
  readonly onPackages?: OnPackages | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is to be there. */
export interface Request<Project> extends MakeOptions {
  readonly targets: readonly Artifact<Project>[];
  readonly project: Project;
  readonly cache: Cache;
  readonly host: HostArchitecture;
  /** For how long, in milliseconds, those who do not end after a failure are waited for; 15 s if not said. */
  readonly graceMs?: number | undefined;
}

/** Hashes of the project's files, by the artifact they go into. */
export type SourceHashes<Project> = ReadonlyMap<Artifact<Project>, Hashable>;

/** What a request comes to, with the sources as they are and the packages that are pinned. */
export class Plan<Project> {
  readonly request: Request<Project>;
  readonly pins: Pins;
  readonly #sources: SourceHashes<Project>;
  readonly #ids = new Map<Artifact<Project>, ArtifactId | null>();

  constructor(request: Request<Project>, pins: Pins, sources: SourceHashes<Project>) {
    this.request = request;
    this.pins = pins;
    this.#sources = sources;
    for (const artifact of inOrder(request.targets)) this.#ids.set(artifact, this.#identify(artifact));
  }

  /** Looks at sources and pins. @throws SetUpError for sources that are missing. */
  static async read<Project>(request: Request<Project>): Promise<Plan<Project>> {
    const artifacts = inOrder(request.targets);
    const [pins, sources] = await Promise.all([
      readPins(request.cache, request.host, setsOf(artifacts)),
      Promise.all(
        artifacts.map(async (one) => [one, (await one.sources?.(request.project)) ?? null] as const),
      ),
    ]);
    return new Plan(request, pins, new Map(sources));
  }

  /** The same with other packages. */
  withPins(pins: Pins): Plan<Project> {
    return new Plan(this.request, pins, this.#sources);
  }

  /** All artifacts of the plan, each after its inputs. */
  get artifacts(): readonly Artifact<Project>[] {
    return [...this.#ids.keys()];
  }

  /** The hash of all an artifact is made from; null until its packages are chosen. */
  idOf(artifact: Artifact<Project>): ArtifactId | null {
    return this.#ids.get(artifact) ?? null;
  }

  /** Where an artifact is, or will be. */
  folderOf(artifact: Artifact<Project>): string {
    return this.request.cache.pathOf(this.mustBeKnown(artifact));
  }

  /** @throws Error when its packages are not chosen. */
  mustBeKnown(artifact: Artifact<Project>): ArtifactId {
    const id = this.idOf(artifact);
    if (!id) throw new Error(`no packages are chosen for the artifact ${artifact.name}`);
    return id;
  }

  /** Whether an artifact's sources still are those its key was computed from. */
  async isMadeFromThese(artifact: Artifact<Project>): Promise<boolean> {
    const now = (await artifact.sources?.(this.request.project)) ?? null;
    return hashValue(now) === hashValue(this.#sources.get(artifact) ?? null);
  }

  /** An artifact's packages, as far as they are chosen; with an archive, those that come from there. */
  packagesOf({ packages = [] }: Artifact<Project>, archive?: Archive): readonly PackageFile[] {
    return packages
      .filter(({ set }) => !archive || set.archive === archive)
      .flatMap(({ set, only = () => true }) => (this.pins.get(set) ?? []).filter(only));
  }

  /** The targets that are not there, and those of their inputs that are not there either; inputs first. */
  async toMake(): Promise<readonly Artifact<Project>[]> {
    const { cache, targets, verify } = this.request;
    const missing = new Set<Artifact<Project>>();
    const visit = async (artifact: Artifact<Project>): Promise<void> => {
      const id = this.idOf(artifact);
      if (missing.has(artifact) || (id && (await cache.has(id, verify)))) return;
      missing.add(artifact);
      await Promise.all((artifact.inputs ?? []).map(visit));
    };
    await Promise.all(targets.map(visit));
    return this.artifacts.filter((one) => missing.has(one));
  }

  #identify(artifact: Artifact<Project>): ArtifactId | null {
    const { name, recipe = null, inputs = [] } = artifact;
    const inputKeys = inputs.map((one) => this.#ids.get(one)?.key ?? null);
    const chosen = setsOf([artifact]).every((set) => this.pins.has(set)) && !inputKeys.includes(null);
    if (!chosen) return null;
    const packages = this.packagesOf(artifact).map(({ file, sha256 }) => `${file} ${sha256}`);
    const sources = this.#sources.get(artifact) ?? null;
    return { kind: name, key: hashValue([VERSION, name, recipe, packages.sort(), inputKeys, sources]) };
  }
}

/** The sets that artifacts have packages of, each once. */
export function setsOf<Project>(artifacts: readonly Artifact<Project>[]): readonly PackageSet[] {
  return [...new Set(artifacts.flatMap(({ packages = [] }) => packages.map(({ set }) => set)))];
}

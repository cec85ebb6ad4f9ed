import type { Artifact } from '../graph/artifact.ts';
import type { Sources } from './sources.ts';

/** A kernel, and the drivers for it. */
export interface KernelArtifacts {
  readonly kernel: Artifact<Sources>;
  readonly driver: Artifact<Sources>;
  /** Modules of the kernel that a plan names. */
  planModules(names: readonly string[]): Artifact<Sources>;
}

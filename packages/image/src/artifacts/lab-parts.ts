import type { Artifact } from '../graph/artifact.ts';
import type { Sources } from './sources.ts';

/** What a lab is made from that follows its kernel: that, made for a lab, what guests boot with it, and the drivers. */
export interface LabParts {
  readonly kernel: Artifact<Sources>;
  readonly initrd: Artifact<Sources>;
  readonly kit: Artifact<Sources>;
  /** Has the drivers, `NAME.ko`. */
  readonly driver: Artifact<Sources>;
}

import { join, resolve } from 'node:path';
import type { GuestResult } from '@coordinator/shared/report';

export interface ArtifactFile {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/** As the run's folder names guests and their files: no separator, no leading dot, nothing that ends a reference to it. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Where the files are that a guest left; none where the run's folder is not known. */
export function artifactsOf({ id, artifacts }: GuestResult, runFolder: string | null): ArtifactFile[] {
  const parts = id.split('/');
  if (runFolder === null || !parts.every((part) => plainName.test(part))) return [];
  const folder = join(resolve(runFolder), ...parts);
  return artifacts.filter((name) => plainName.test(name)).map((name) => ({ name, path: join(folder, name) }));
}

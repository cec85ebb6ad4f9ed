import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

/** A folder for each test of a spec, which these variables name meanwhile; gone when that has ended. */
export function useFolder(...variables: readonly string[]): { readonly path: string } {
  const folder = { path: '' };
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'spec-'));
    for (const variable of variables) vi.stubEnv(variable, folder.path);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder.path, { recursive: true });
  });
  return folder;
}

import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';
import { bundleOptions } from '../../bundle.mjs';

/** The agent as the workspace's build makes it, for all tests of a file. @returns its path, made before the first of them */
export function useAgentBundle(): string {
  const bundle = join(tmpdir(), `agent-${process.pid}.mjs`);
  beforeAll(() =>
    build({
      entryPoints: [new URL('../main.ts', import.meta.url).pathname],
      outfile: bundle,
      ...bundleOptions,
    }),
  );
  afterAll(() => rmSync(bundle, { force: true }));
  return bundle;
}

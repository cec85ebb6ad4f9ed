import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Builds the server process from source as the project's build does; returns its path. */
export async function buildServer(name: string): Promise<string> {
  // Within the package, so that it finds koffi.
  const outfile = fileURLToPath(new URL(`../../dist/${name}.js`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL('../server-process.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@coordinator/source', 'module'],
    external: ['koffi'],
  });
  return outfile;
}

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles `source` (from this folder) with the library's sources; returns the program's path, within the package. */
export async function buildProgram(source: string, name: string): Promise<string> {
  // Within the package, so that it finds koffi.
  const outfile = fileURLToPath(new URL(`../../dist/test/${name}.js`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
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

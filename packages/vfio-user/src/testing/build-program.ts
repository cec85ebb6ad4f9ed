import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Bundles `source` with the library's sources, as the project's build does; returns the program's path, within this
 * package.
 */
export async function buildProgram(source: URL, name: string): Promise<string> {
  // Where koffi is found.
  const outfile = fileURLToPath(new URL(`../../dist/test/${name}.js`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(source)],
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

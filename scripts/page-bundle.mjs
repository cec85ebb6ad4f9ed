// The page that browsers are given: one script, one style sheet, and the document that names them.
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** @param source folder of the page's sources; @param outdir where its files are written */
export async function buildPage(source, outdir) {
  await mkdir(outdir, { recursive: true });
  await Promise.all([
    copyFile(join(source, 'index.html'), join(outdir, 'index.html')),
    build({
      entryPoints: { page: join(source, 'main.tsx') },
      outdir,
      bundle: true,
      format: 'esm',
      target: 'es2023',
      conditions: ['@coordinator/source', 'module'],
      jsx: 'automatic',
      jsxImportSource: 'preact',
      minify: true,
      // Licences of what is bundled go with it.
      legalComments: 'eof',
      logLevel: 'warning',
    }),
  ]);
}

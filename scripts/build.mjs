// Builds what runs outside the sources: the command, the device server, and the guest's agent.
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from '../packages/guest/bundle.mjs';
import { apart, commonJsOptions, nodeOptions } from './node-bundle.mjs';
import { buildPage } from './page-bundle.mjs';

const root = resolve(fileURLToPath(import.meta.url), '../..');
const packages = (path) => resolve(root, 'packages', path);

const node = { ...nodeOptions, minifySyntax: true, legalComments: 'eof' };
const commonJs = { ...node, ...commonJsOptions, minifyWhitespace: true, lineLimit: 120 };
const quickjs = { ...bundleOptions, outExtension: { '.js': '.mjs' } };

for (const folder of ['host/dist', 'engine/dist', 'guest/dist'])
  rmSync(packages(folder), { recursive: true, force: true });
await Promise.all([
  build({
    ...node,
    // Formats and commands that a run does not need are loaded when they are.
    splitting: true,
    entryPoints: { coordinator: packages('host/src/launch/launch.ts'), index: packages('host/src/index.ts') },
    outdir: packages('host/dist'),
    // Beside the entry: sources find their package by where they are.
    chunkNames: '[name]-[hash]',
  }),
  // All of it once more, in one file whose compiled code can be kept: src/launch.
  build({
    ...commonJs,
    entryPoints: { program: packages('host/src/main.ts') },
    outdir: packages('host/dist'),
    plugins: [apart('bullmq')],
  }),
  build({ ...commonJs, entryPoints: { bullmq: 'bullmq' }, outdir: packages('host/dist') }),
  build({
    ...node,
    entryPoints: { 'engine-server': packages('engine/src/server-process.ts') },
    outdir: packages('engine/dist'),
  }),
  buildPage(packages('page/src/browser'), packages('host/dist/page')),
  build({
    ...quickjs,
    entryPoints: { agent: packages('guest/src/main.ts') },
    outdir: packages('guest/dist'),
  }),
  build({
    ...quickjs,
    entryPoints: { liar: packages('guest/src/lies/main.ts') },
    outdir: packages('guest/dist'),
  }),
  build({
    ...quickjs,
    entryPoints: { 'exec-daemon': packages('exec/src/inside/exec-daemon.ts') },
    outdir: packages('guest/dist'),
  }),
]);

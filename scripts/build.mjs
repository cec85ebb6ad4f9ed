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
const host = { outdir: packages('host/dist') };
/** Large packages that few runs need. */
const LARGE = ['bullmq', 'hdr-histogram-js', 'ioredis'];
/** As Node's own loader of CommonJS modules has it around them; in the first line, so that lines in traces are those of the file. */
const [head, tail] = ['(function (exports, require, module, __filename, __dirname) { ', '\n})'];
const quickjs = { ...bundleOptions, outExtension: { '.js': '.mjs' } };

for (const folder of ['host/dist', 'engine/dist', 'guest/dist'])
  rmSync(packages(folder), { recursive: true, force: true });
await Promise.all([
  build({
    ...node,
    // Formats and commands that a run does not need are loaded when they are.
    splitting: true,
    entryPoints: { main: packages('host/src/main.ts'), index: packages('host/src/index.ts') },
    ...host,
    // Beside the entry: sources find their package by where they are.
    chunkNames: '[name]-[hash]',
  }),
  // In one file: each that Node has to find and load takes milliseconds.
  build({
    ...node,
    entryPoints: { coordinator: packages('host/src/launch/launch.ts') },
    ...host,
    plugins: [apart(/^\.\.\/main\.ts$/, 'main.js')],
  }),
  // All of it once more, in one file whose compiled code can be kept: src/launch.
  build({
    ...commonJs,
    banner: { js: head + commonJs.banner.js },
    footer: { js: tail },
    entryPoints: { program: packages('host/src/main.ts') },
    ...host,
    plugins: LARGE.map((name) => apart(new RegExp(`^${name}$`), `${name}.cjs`)),
  }),
  build({ ...commonJs, entryPoints: Object.fromEntries(LARGE.map((name) => [name, name])), ...host }),
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

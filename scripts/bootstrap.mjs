// `npm start`, `npm test`, `npm run bench`, `npm run fuzz` and `npm run pictures` on a fresh checkout: installs what package-lock.json names and builds,
// each only when something changed since the last time, and then does what it was called for.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeOptions } from './node-bundle.mjs';

const root = resolve(fileURLToPath(import.meta.url), '../..');
const stamps = join(root, 'node_modules', '.coordinator');
const coordinator = join(root, 'packages/host/bin/coordinator.js');

const [goal, ...rest] = process.argv.slice(2);

/** Runs a program to its end, and ends with its status if it failed. */
function run(program, args) {
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (error) {
    console.error(`bootstrap: ${program}: ${error.message}`);
    process.exit(4);
  }
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 4));
}

/** Does `work` unless it was done for this very input before. */
function once(name, input, done, work) {
  const file = join(stamps, name);
  const stamp = createHash('sha256').update(input).digest('hex');
  if (done && existsSync(file) && readFileSync(file, 'utf8') === stamp) return;
  work();
  mkdirSync(stamps, { recursive: true });
  writeFileSync(file, stamp);
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (['node_modules', 'dist', 'types'].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

function sources() {
  const files = [...filesBelow(join(root, 'scripts')), ...filesBelow(join(root, 'packages'))];
  return files
    .filter((file) => /\.(tsx?|mjs|json|css|html)$/.test(file))
    .map((file) => `${file}\n${readFileSync(file, 'utf8')}`)
    .join('\n');
}

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
  console.error(`bootstrap: Node ${process.versions.node} is too old; install Node 20 or newer`);
  process.exit(4);
}

const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
once('installed', lock, existsSync(join(root, 'node_modules/esbuild')), () =>
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']),
);
once('built', lock + sources(), existsSync(join(root, 'packages/host/dist/coordinator.js')), () =>
  run(process.execPath, [join(root, 'scripts/build.mjs')]),
);

/** Benchmarks, fuzzer and pictures use the packages' sources. What is imported on demand becomes a file of its own. */
async function bundle(name, entryPoint) {
  const { build } = await import('esbuild');
  const outdir = join(stamps, name);
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [join(root, entryPoint)],
    outdir,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    ...nodeOptions,
    external: [...nodeOptions.external, 'playwright-core'],
  });
  return join(outdir, 'main.mjs');
}

const vitest = join(root, 'node_modules/vitest/vitest.mjs');
switch (goal) {
  case 'start':
    run(process.execPath, [coordinator, 'test', '--guests', '2', ...rest]);
    break;
  case 'test':
    run('npm', ['run', '--silent', 'lint']);
    run('npm', ['run', '--silent', 'typecheck']);
    run(process.execPath, [coordinator, 'setup']);
    run(process.execPath, [vitest, 'run', ...rest]);
    break;
  case 'bench':
    run(process.execPath, [coordinator, 'setup']);
    if (['fleet', 'page', 'history'].includes(rest[0]))
      run(process.execPath, [await bundle(`bench-${rest[0]}`, `bench/${rest[0]}/main.ts`), ...rest.slice(1)]);
    else run(process.execPath, [await bundle('bench', 'bench/main.ts'), ...rest]);
    break;
  case 'fuzz':
    run(process.execPath, [await bundle('fuzz', 'test/fuzz/main.ts'), ...rest]);
    break;
  case 'pictures':
    run(process.execPath, [await bundle('pictures', 'test/pictures/main.ts'), ...rest]);
    break;
  default:
    console.error('usage: node scripts/bootstrap.mjs start|test|bench|fuzz|pictures [arguments]');
    process.exit(2);
}

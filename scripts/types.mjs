// Writes the types of `import { test, stress } from 'coordinator'` for those who install the package: declarations of what
// can be reached from packages/host/src/index.ts, of all packages of this workspace, with paths in place of their names.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../..');
const target = join(root, 'packages/host/types');
const ENTRY = 'host/src/index.ts';
const SPECIFIER = /(\bfrom |\bimport\(|^import )(['"])([^'"]+)\2/gm;

const made = mkdtempSync(join(tmpdir(), 'types-'));
try {
  emit(made);
  rmSync(target, { recursive: true, force: true });
  const left = [ENTRY];
  const known = new Set(left);
  for (let source = left.pop(); source !== undefined; source = left.pop()) {
    const use = (other) => {
      if (!known.has(other)) left.push(other);
      known.add(other);
      const path = relative(dirname(source), other).replace(/\.ts$/, '.js');
      return path.startsWith('.') ? path : `./${path}`;
    };
    copy(source, use);
  }
} finally {
  rmSync(made, { recursive: true });
}

function emit(folder) {
  const project = join(root, 'scripts/types.tsconfig.json');
  const { status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', project, '--outDir', folder], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 4);
}

/** @param use says how `source` names another of this workspace's files */
function copy(source, use) {
  const declarations = source.replace(/\.ts$/, '.d.ts');
  const text = readFileSync(join(made, declarations), 'utf8').replace(
    SPECIFIER,
    (whole, before, quote, name) => {
      const other = fileOf(source, name);
      return other === null ? whole : `${before}${quote}${use(other)}${quote}`;
    },
  );
  const file = join(target, declarations);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The source that an import names, below packages; null when it is of somebody else. */
function fileOf(source, name) {
  if (name.startsWith('.')) return join(dirname(source), name);
  const [, folder, door] = /^@coordinator\/([^/]+)(\/.+)?$/.exec(name) ?? [];
  if (folder === undefined) return null;
  const { exports } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'));
  const place = exports[`.${door ?? ''}`];
  if (place === undefined) throw new Error(`${source}: ${name} is no door`);
  return join(folder, typeof place === 'string' ? place : (place['@coordinator/source'] ?? place.types));
}

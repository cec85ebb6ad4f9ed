// Enforces the package graph: `shared` and `vfio-user` know nobody; `guest` and `image` know only `shared`, `engine`
// only `vfio-user`; `host` may use all of them but `guest` (which reaches it only as a built file). Checks what every
// package.json declares and what every source file imports.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '..');
const allowed = {
  shared: [],
  guest: ['shared'],
  'vfio-user': [],
  engine: ['vfio-user'],
  image: ['shared'],
  machine: ['shared'],
  lab: ['shared', 'engine', 'image', 'machine'],
  host: ['shared', 'engine', 'image', 'machine', 'lab'],
};

const problems = [];

function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== 'dist') yield* sourceFiles(path);
    } else if (/\.[cm]?[jt]s$/.test(entry.name)) yield path;
  }
}

for (const [name, mayUse] of Object.entries(allowed)) {
  const folder = join(root, 'packages', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const declared = { ...manifest.dependencies, ...manifest.devDependencies };
  for (const dependency of Object.keys(declared)) {
    const match = /^@coordinator\/(.+)$/.exec(dependency);
    if (match && !mayUse.includes(match[1]))
      problems.push(`packages/${name}/package.json depends on ${dependency}`);
  }
  for (const file of sourceFiles(join(folder, 'src'))) {
    const text = readFileSync(file, 'utf8');
    for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
      const where = relative(root, file);
      if (specifier.startsWith('.')) {
        if (!resolve(dirname(file), specifier).startsWith(folder))
          problems.push(`${where} imports ${specifier}, outside its package`);
        continue;
      }
      const match = /^@coordinator\/([^/]+)/.exec(specifier);
      if (match) {
        if (!mayUse.includes(match[1])) problems.push(`${where} imports ${specifier}`);
        else if (!declared[`@coordinator/${match[1]}`])
          problems.push(
            `${where} imports ${specifier}, which packages/${name}/package.json does not declare`,
          );
      }
      if (name === 'shared' && /^node:/.test(specifier) && !file.endsWith('.spec.ts')) {
        problems.push(`${where} imports ${specifier}: shared must run anywhere`);
      }
    }
  }
}

if (problems.length > 0) {
  console.error(problems.map((problem) => `dependency direction: ${problem}`).join('\n'));
  process.exit(1);
}

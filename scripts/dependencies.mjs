// What scripts/check-dependencies.mjs checks; tested in test/dependencies.spec.ts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** Every package, by its folder, and which others it may use. `guest` reaches the others as built files only. */
export const mayUse = {
  shared: [],
  guest: ['shared'],
  'vfio-user': [],
  engine: ['vfio-user'],
  exec: ['shared', 'base'],
  base: ['shared'],
  image: ['shared', 'base'],
  machine: ['shared', 'base'],
  reporter: ['shared', 'base'],
  store: ['shared', 'base'],
  history: ['shared', 'base', 'store'],
  page: ['shared', 'base', 'store', 'history'],
  lab: ['shared', 'base', 'machine', 'template', 'exec', 'engine', 'image'],
  pci: ['base', 'machine'],
  channel: ['shared', 'base', 'machine'],
  template: ['base', 'machine', 'image'],
  life: ['shared', 'machine'],
  fleet: ['shared', 'base', 'machine'],
  runner: ['shared', 'base', 'machine', 'channel', 'life', 'exec', 'store', 'template', 'pci', 'engine'],
  selftest: ['shared', 'base', 'life', 'engine', 'image', 'runner'],
  host: [
    'runner',
    'selftest',
    'shared',
    'base',
    'machine',
    'life',
    'fleet',
    'channel',
    'template',
    'reporter',
    'store',
    'history',
    'page',
    'pci',
    'vfio-user',
    'engine',
    'exec',
    'image',
    'lab',
  ],
};

/**
 * Packages whose folders have doors too: one with an index is entered by it. In the others an index may be a list.
 */
const FOLDERS_HAVE_DOORS = ['shared', 'base', 'machine', 'lab', 'runner', 'host'];

/** Packages that run anywhere, or do no I/O: nothing of Node in them. */
const WITHOUT_NODE = ['shared', 'life'];

/** Modules of QuickJS itself. */
const QUICKJS = ['std', 'os'];
const IMPORT =
  /^\s*(?:(?:import|export)\b[^'"`;]*?\bfrom\s*|import\s*)['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;
/** Benches and end-to-end tests look behind the doors: they are of all packages. */
const OUTSIDE = ['test', 'bench', 'scripts'];

/** @returns sentences about what is wrong, each beginning with the file. */
export function checkDependencies(root) {
  const problems = [];
  const packages = readPackages(root, problems);
  const byName = new Map(packages.map((one) => [one.name, one]));
  for (const one of packages) {
    const edges = new Map();
    checkManifest(one, byName, problems);
    for (const file of sourceFiles(join(one.path, 'src')))
      checkFile(file, { root, one, byName, edges, problems });
    for (const [folder, inFolder] of edges)
      for (const circle of findCircles(inFolder))
        problems.push(`${relative(root, folder)}: these depend on each other: ${circle.join(' → ')}`);
  }
  const workspace = { folder: '..', ...readManifest(join(root, 'package.json')) };
  byName.set(workspace.name, workspace);
  for (const folder of OUTSIDE) {
    for (const file of sourceFiles(join(root, folder))) {
      for (const specifier of importsOf(file)) {
        const name = packageName(specifier);
        if (name === null || isBuiltIn(specifier) || byName.has(name)) {
          checkDoor(file, specifier, { root, byName, problems });
        } else if (!workspace.declared.has(name)) {
          problems.push(`${relative(root, file)} imports ${specifier}, which package.json does not declare`);
        }
      }
    }
  }
  return problems;
}

function readPackages(root, problems) {
  return readdirSync(join(root, 'packages'), { withFileTypes: true }).flatMap(({ name: folder }) => {
    const path = join(root, 'packages', folder);
    if (!existsSync(join(path, 'package.json'))) return [];
    if (!Object.hasOwn(mayUse, folder)) {
      problems.push(`packages/${folder}: scripts/dependencies.mjs does not say what it may use`);
      return [];
    }
    return [{ folder, path, mayUse: mayUse[folder], ...readManifest(join(path, 'package.json')) }];
  });
}

function readManifest(file) {
  const { name, dependencies, devDependencies, exports = {} } = JSON.parse(readFileSync(file, 'utf8'));
  const doors = new Set(Object.keys(exports).map((door) => `${name}${door.slice(1)}`));
  const files = new Set(
    Object.values(exports).map((door) =>
      resolve(dirname(file), typeof door === 'string' ? door : (door['@coordinator/source'] ?? door.types)),
    ),
  );
  return { name, doors, files, declared: new Set(Object.keys({ ...dependencies, ...devDependencies })) };
}

function checkManifest(one, byName, problems) {
  for (const dependency of one.declared) {
    const other = byName.get(dependency);
    if (other && !one.mayUse.includes(other.folder))
      problems.push(`packages/${one.folder}/package.json depends on ${dependency}, which it may not use`);
  }
}

function checkFile(file, { root, one, byName, edges, problems }) {
  const where = relative(root, file);
  const isTest = file.endsWith('.spec.ts') || file.includes(`${sep}testing${sep}`);
  for (const specifier of importsOf(file)) {
    if (specifier.startsWith('.')) {
      const target = resolve(dirname(file), specifier);
      if (!target.startsWith(one.path + sep))
        problems.push(`${where} imports ${specifier}, outside its package`);
      else if (!isTest) checkFolders(file, target, specifier, { root, one, edges, problems });
      continue;
    }
    if (isBuiltIn(specifier)) {
      if (WITHOUT_NODE.includes(one.folder) && !isTest)
        problems.push(`${where} imports ${specifier}: packages/${one.folder} does without Node`);
      continue;
    }
    const name = packageName(specifier);
    const other = byName.get(name);
    if (other && !one.mayUse.includes(other.folder))
      problems.push(`${where} imports ${specifier}, which packages/${one.folder} may not use`);
    else if (other && !other.doors.has(specifier))
      problems.push(`${where} imports ${specifier}, which is no door of packages/${other.folder}`);
    else if (
      !one.declared.has(name) &&
      !(isTest && readManifest(join(root, 'package.json')).declared.has(name))
    )
      problems.push(
        `${where} imports ${specifier}, which packages/${one.folder}/package.json does not declare`,
      );
  }
}

/** A folder with an index is entered by it; and what depends on what is noted down in `edges`, by folder. */
function checkFolders(file, target, specifier, { root, one, edges, problems }) {
  const source = join(one.path, 'src');
  const fromParts = relative(source, file).split(sep);
  const toParts = relative(source, target).split(sep);
  if (toParts[0] === '..') return;
  const depth = fromParts.findIndex((part, index) => part !== toParts[index]);
  const room = toParts[0];
  const index = join(source, room, 'index.ts');
  const isDoor = target === index || one.files.has(target);
  if (depth === 0 && FOLDERS_HAVE_DOORS.includes(one.folder) && existsSync(index) && !isDoor)
    problems.push(`${relative(root, file)} imports ${specifier}, around ${room}/index.ts`);
  const folder = join(source, ...fromParts.slice(0, depth));
  if (!edges.has(folder)) edges.set(folder, new Map());
  const inFolder = edges.get(folder);
  const from = fromParts[depth];
  if (!inFolder.has(from)) inFolder.set(from, new Set());
  inFolder.get(from).add(toParts[depth]);
}

/** Tests of all packages may look inside one, but what has a door of its own is entered by it. */
function checkDoor(file, specifier, { root, byName, problems }) {
  const other = byName.get(packageName(specifier));
  if (other && !other.doors.has(specifier))
    problems.push(
      `${relative(root, file)} imports ${specifier}, which is no door of packages/${other.folder}`,
    );
}

/** One circle for each set of files and folders that reach each other, the shortest through its first. */
function findCircles(edges) {
  const circles = [];
  const known = new Set();
  for (const start of [...edges.keys()].sort()) {
    if (known.has(start)) continue;
    const circle = shortestCircle(edges, start);
    if (circle === null) continue;
    for (const name of circle) known.add(name);
    circles.push(circle);
  }
  return circles;
}

function shortestCircle(edges, start) {
  const paths = [[start]];
  const seen = new Set();
  for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
    for (const next of edges.get(path.at(-1)) ?? []) {
      if (next === start) return [...path, start];
      if (!seen.has(next)) paths.push([...path, next]);
      seen.add(next);
    }
  }
  return null;
}

function importsOf(file) {
  // What a comment shows is no import.
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  return [...text.matchAll(IMPORT)].map(([, from, dynamic]) => from ?? dynamic);
}

/** "@scope/name" or "name" of what is imported; null for a path. */
function packageName(specifier) {
  if (specifier.startsWith('.')) return null;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Of Node or of QuickJS; the compiler knows where which is there. */
function isBuiltIn(specifier) {
  return specifier.startsWith('node:') || builtinModules.includes(specifier) || QUICKJS.includes(specifier);
}

function* sourceFiles(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== 'dist') yield* sourceFiles(path);
    } else if (/\.[cm]?[jt]sx?$/.test(entry.name)) yield path;
  }
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDependencies } from '../scripts/dependencies.mjs';

/** A checkout in which nothing is wrong. */
const sound = {
  'package.json': JSON.stringify({ name: 'workspace', devDependencies: { vitest: '1' } }),
  'packages/shared/package.json': manifest('@coordinator/shared', {}),
  'packages/shared/src/plan/index.ts': "export { plan } from './plan.ts';\n",
  'packages/shared/src/plan/plan.ts': 'export const plan = 1;\n',
  'packages/machine/package.json': manifest('@coordinator/machine', {
    '@coordinator/shared': '1',
    execa: '9',
  }),
  'packages/life/package.json': manifest('@coordinator/life', { '@coordinator/shared': '1' }),
  'packages/machine/src/index.ts': "export { start } from './vmm/index.ts';\n",
  'packages/machine/src/vmm/index.ts': "export { start } from './start.ts';\n",
  'packages/machine/src/vmm/start.ts':
    "import { spawn } from 'node:child_process';\nimport { execa } from 'execa';\nimport { plan } from '@coordinator/shared';\n",
  'packages/machine/src/vmm/start.spec.ts':
    "import { it } from 'vitest';\nimport { start } from './start.ts';\n",
  'packages/machine/src/console/index.ts': "export { log } from './log.ts';\n",
  'packages/machine/src/console/log.ts': "import { start } from '../vmm/index.ts';\n",
};

function manifest(name: string, dependencies: Record<string, string>): string {
  return JSON.stringify({ name, exports: { '.': './src/index.ts' }, dependencies });
}

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dependencies-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function check(changes: Record<string, string> = {}): string[] {
  for (const [path, text] of Object.entries({ ...sound, ...changes })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkDependencies(root);
}

const start = 'packages/machine/src/vmm/start.ts';

describe('checkDependencies', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(check()).toEqual([]);
  });

  it.each([
    [
      'a package that may not be used',
      "import { run } from 'coordinator';\n",
      /coordinator, which packages\/machine/,
    ],
    [
      'an import around the door of a package',
      "import { plan } from '@coordinator/shared/plan/plan';\n",
      /no door of packages\/shared/,
    ],
    [
      'a path into another package',
      "import { plan } from '../../../shared/src/plan/plan.ts';\n",
      /outside its package/,
    ],
    [
      'an import around the door of a folder',
      "import { log } from '../console/log.ts';\n",
      /around console\/index\.ts/,
    ],
    [
      'what is not declared',
      "import { Packr } from 'msgpackr/pack';\n",
      /msgpackr\/pack, which packages\/machine\/package\.json does not declare/,
    ],
    [
      'folders that depend on each other',
      "import { log } from '../console/index.ts';\n",
      /machine\/src: these depend on each other: console → vmm → console/,
    ],
    ['a dynamic import', "const packr = await import('msgpackr');\n", /imports msgpackr/],
    ['an import over several lines', "import {\n  Packr,\n} from 'msgpackr';\n", /imports msgpackr/],
    ['an import of a type', "import type { Packr } from 'msgpackr';\n", /imports msgpackr/],
    ['a re-export', "export { Packr } from 'msgpackr';\n", /imports msgpackr/],
    ['an import for what it does', "import 'msgpackr';\n", /imports msgpackr/],
  ])('finds %s', (_, text, problem) => {
    const host = { 'packages/host/package.json': manifest('coordinator', {}) };
    expect(check({ ...host, [start]: text }).join('\n')).toMatch(problem);
  });

  it.each([
    [
      'what tests of all packages import undeclared',
      'test/some.spec.ts',
      "import { Packr } from 'msgpackr';\n",
      /package\.json does not declare/,
    ],
    [
      'a door that is none, in tests of all packages',
      'bench/some.ts',
      "import { x } from '@coordinator/shared/x';\n",
      /no door/,
    ],
    [
      "Node's modules in shared",
      'packages/shared/src/plan/plan.ts',
      "import { join } from 'node:path';\n",
      /packages\/shared does without Node/,
    ],
    [
      "Node's modules in a guest's life",
      'packages/life/src/patience.ts',
      "import { setTimeout } from 'node:timers/promises';\n",
      /packages\/life does without Node/,
    ],
    [
      'a package it has never heard of',
      'packages/other/package.json',
      manifest('@coordinator/other', {}),
      /does not say what it may use/,
    ],
    [
      'a manifest that goes too far',
      'packages/shared/package.json',
      manifest('@coordinator/shared', { '@coordinator/machine': '1' }),
      /depends on @coordinator\/machine/,
    ],
  ])('finds %s', (_, path, text, problem) => {
    expect(check({ [path]: text }).join('\n')).toMatch(problem);
  });

  it('finds files that depend on each other', () => {
    const stop = { 'packages/machine/src/vmm/stop.ts': "import { start } from './start.ts';\n" };
    const problems = check({ ...stop, [start]: "import { stop } from './stop.ts';\n" });
    expect(problems).toEqual([
      'packages/machine/src/vmm: these depend on each other: start.ts → stop.ts → start.ts',
    ]);
  });

  it('leaves comments alone, and lets specs look at neighbours', () => {
    const spec = "import { log } from '../console/log.ts';\n";
    const comment = "/** See {@link import('elsewhere')}, as in: import { x } from 'elsewhere' */\n";
    expect(check({ 'packages/machine/src/vmm/start.spec.ts': spec, [start]: comment })).toEqual([]);
  });
});

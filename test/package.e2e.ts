import { execFileSync } from 'node:child_process';
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Coordinator, reportOf } from './support/coordinator.ts';
import { leftovers } from './support/processes.ts';

/** What `npm pack` makes, installed where nothing of this workspace is, by somebody who is not root. */

const root = resolve(import.meta.dirname, '..');
const NOBODY = 65534;
const asPlainUser =
  process.getuid?.() === 0
    ? ['setpriv', '--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups']
    : [];

let folder: string;
let prefix: string;
let installed: string;
let program: string;

/** The tests may have been started by npm, which tells what it starts where things are. */
const outsideNpm = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

/** What a command prints, run by the plain user in his home. */
function asUser(...command: string[]): string {
  const [file = '', ...args] = [...asPlainUser, ...command];
  return execFileSync(file, args, {
    encoding: 'utf8',
    cwd: folder,
    env: { ...outsideNpm, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  prefix = join(folder, 'prefix');
  installed = join(prefix, 'lib/node_modules/coordinator');
  program = join(prefix, 'bin/coordinator');
  // What `npm pack` does first, without a new build beside tests that use this one.
  execFileSync(process.execPath, [join(root, 'scripts/types.mjs')]);
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  if (asPlainUser.length > 0) chownSync(folder, NOBODY, NOBODY);
  const [tarball = ''] = readdirSync(folder);
  const quiet = [
    '--no-update-notifier',
    '--loglevel',
    'error',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ];
  asUser('npm', 'install', '--global', '--prefix', prefix, ...quiet, join(folder, tarball));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  expect(leftovers()).toEqual([]);
});

it('is a command', () => {
  expect(asUser(program, '--version')).toBe('0.1.0\n');
  expect(asUser(program, 'test', '--list', '--plan', 'page')).toContain('memcpy/0x100 ');
});

it('brings the page', () => {
  const page = readdirSync(join(installed, 'packages/host/dist/page'));
  expect(page.sort()).toEqual(['index.html', 'page.css', 'page.js']);
  const compressed = page.map((name) =>
    gzipSync(readFileSync(join(installed, 'packages/host/dist/page', name))),
  );
  expect(compressed.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(400_000);
});

it('brings what guests are made of, and both licences', async () => {
  const args = ['test', '--guests', '2', '--plan', 'page', '--runs', join(folder, 'runs')];
  const run = new Coordinator([...args, '--reporter', 'json=-'], {
    program: join(installed, 'packages/host/bin/coordinator.js'),
  });
  const { ended, report } = reportOf(await run.ended);
  expect(ended.code, ended.told).toBe(0);
  expect(report.guests.map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
  expect(readdirSync(join(installed, 'LICENSES'))).toEqual(['Apache-2.0.txt', 'GPL-2.0-only.txt']);
});

it('has types for programs', () => {
  const place = join(folder, 'program');
  mkdirSync(join(place, 'node_modules/@types'), { recursive: true });
  symlinkSync(installed, join(place, 'node_modules/coordinator'));
  symlinkSync(join(root, 'node_modules/@types/node'), join(place, 'node_modules/@types/node'));
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }');
  const check = (text: string) => {
    writeFileSync(join(place, 'program.ts'), `import { type Report, test } from 'coordinator';\n${text}\n`);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    try {
      execFileSync(join(root, 'node_modules/.bin/tsc'), [...options, 'program.ts'], { cwd: place });
      return '';
    } catch (error) {
      return String((error as { stdout: Buffer }).stdout);
    }
  };
  expect(
    check("const report: Report = (await test({ guests: 2, plan: 'page' })).report;\nreport.guests;"),
  ).toBe('');
  expect(check('await test({ gests: 2 });')).toContain("'gests' does not exist");
  expect(check('const name: number = (await test()).report.run;\nname;')).toContain('not assignable');
});

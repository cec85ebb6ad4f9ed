import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coordinator } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { buildNative, nativeSources } from './support/native.ts';

/** Kernels that are built: no part of the suite, as each takes many minutes. */

const SMALL = 'source:7.3+small';

const runs = freshRuns();
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-kernel-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe(SMALL, () => {
  it.each(['cold', 'snapshot'])('passes, guests started %s', async (start) => {
    const { ended, report } = await runs.test('--guests', '2', '--kernel', SMALL, '--start', start);
    expect(ended.code, ended.told).toBe(0);
    for (const { kernel } of report.guests) expect(kernel).toMatch(/^7\.3\.\d+-small$/);
  });

  it('is left as a tree, which is a kernel to test with', async () => {
    const tree = join(folder, 'tree');
    const built = await coordinator('kernel', 'build', SMALL, '--output', tree);
    expect(built.code, built.stderr).toBe(0);
    const { ended, guest } = await runs.test('--kernel', tree);
    expect(ended.code, ended.told).toBe(0);
    expect(guest.kernel).toMatch(/-small$/);
  });
});

it("the driver's own tests pass under KASAN and lockdep", async () => {
  const program = await buildNative('exerciser/smmute/module-tests', 'smmute-life', [
    'CROSS_COMPILE=aarch64-linux-gnu-',
  ]);
  const files = join(folder, 'files');
  const driver = join(import.meta.dirname, 'programs/driver-life.sh');
  const life = join(nativeSources, 'exerciser/smmute/module-tests/life.sh');
  mkdirSync(files);
  for (const path of [program, driver, life]) {
    const target = join(files, path.slice(path.lastIndexOf('/') + 1));
    copyFileSync(path, target);
    chmodSync(target, 0o755);
  }
  const plan = join(folder, 'driver.yaml');
  writeFileSync(plan, 'name: driver\ntests:\n  - { run: ./driver-life.sh, format: ktap, timeout: 90m }\n');
  const options = [
    '--plan',
    plan,
    '--files',
    files,
    '--timeout',
    '2h',
    '--silence',
    '90m',
    '--memory',
    '512M',
  ];
  const { ended } = await runs.test(...options, '--start', 'cold', '--kernel', `${SMALL}+kasan+lockdep`);
  expect(ended.code, ended.told).toBe(0);
});

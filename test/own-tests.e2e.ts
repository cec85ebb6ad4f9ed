import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { GuestResult } from '@coordinator/shared/report';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coordinator, RunsFolder, reportOf } from './support/coordinator.ts';
import { leftovers } from './support/processes.ts';

/** Programs of ours, as a user would bring them: see each. */
const files = resolve(import.meta.dirname, 'programs');

let runs: RunsFolder;
let plans: string;
beforeEach(() => {
  runs = new RunsFolder();
  plans = mkdtempSync(join(tmpdir(), 'plans-'));
});
afterEach(() => {
  runs.remove();
  rmSync(plans, { recursive: true, force: true });
  expect(leftovers()).toEqual([]);
});

function plan(...tests: readonly string[]): string {
  const file = join(plans, 'plan.yaml');
  writeFileSync(file, `name: mine\ntests:\n${tests.map((test) => `  - ${test}\n`).join('')}`);
  return file;
}

const told = ({ tests }: GuestResult) => tests.map(({ name, outcome, message }) => [name, outcome, message]);
/** The file of the only run that a guest's artifact of this name is. */
const artifact = (guest: string, name: string) =>
  join(runs.path, readdirSync(runs.path).find((one) => /^\d{8}-/.test(one)) ?? '', guest, name);

const memcpy = '{ mode: memcpy, size: 0x100, transactions: 10 }';

const modes = ['m', 'r', 's'].flatMap((mode) =>
  ['0x100', '0x1000', '0x10000'].map((size) => [`smmute-modes.sh/mode-${mode}-${size}`, 'pass', null]),
);
const kselftest = [
  ['kselftest.sh', 'pass', null],
  ['kselftest.sh/pci', 'pass', null],
  ['kselftest.sh/pci/read_config', 'pass', null],
  ['kselftest.sh/pci/map_bar', 'pass', null],
  ['kselftest.sh/reset', 'skip', 'no FLR here'],
  ['kselftest.sh/counts', 'pass', null],
];

describe('programs of a plan', () => {
  it.each([
    ['booted, over the file', ['--start', 'cold']],
    ['restored, over vsock', ['--start', 'snapshot', '--channel', 'vsock']],
  ])('run in guests that were %s, beside tests of the engine', async (_, options) => {
    const file = plan(
      memcpy,
      '{ run: ./smmute-modes.sh, format: ktap, interrupts: 18, timeout: 60s }',
      '{ mode: rand48, size: 0x1000, transactions: 3 }',
      '{ run: ./kselftest.sh, format: tap }',
      "{ run: ./environment.sh --two 'two words' }",
      '{ run: ./skips.sh, format: ktap }',
    );
    const junit = join(runs.path, 'junit.xml');
    const { ended, report, guest } = await runs.test(
      ...['--guests', '2', '--plan', file, '--files', files, '--keep', '--reporter', `junit=${junit}`],
      ...options,
    );
    expect(ended.code, ended.told).toBe(0);
    expect(report.guests).toHaveLength(2);
    for (const one of report.guests) {
      expect(told(one)).toEqual([
        ['probe', 'pass', null],
        ['memcpy/0x100', 'pass', null],
        ['smmute-modes.sh', 'pass', null],
        ...modes,
        ['rand48/0x1000', 'pass', null],
        ...kselftest,
        ['environment.sh', 'pass', null],
        ['skips.sh', 'skip', 'exited with status 4'],
        ['interrupts', 'pass', null],
      ]);
      expect(one.tests.find(({ name }) => name === 'smmute-modes.sh')?.interrupts).toBe(18);
      expect(one.start).toBe(options[1]);
    }
    expect(existsSync(join(files, 'written'))).toBe(false);
    expect(readFileSync(artifact('guest-1', 'run-4-kselftest.sh.log'), 'utf8')).toContain('ok 2 map_bar\n');
    const said = readFileSync(artifact('guest-1', 'run-5-environment.sh.log'), 'utf8');
    for (const line of [
      `COORDINATOR_BDF=${guest.device.guest_bdf}`,
      `COORDINATOR_NODE=${guest.device.node}`,
      'COORDINATOR_GUEST=guest-1',
      'COORDINATOR_TEST=environment.sh',
    ])
      expect(said).toContain(`${line}\n`);
    expect(readFileSync(artifact('guest-1', 'share/run-5/left'), 'utf8')).toBe('left\n');
    expect(readFileSync(junit, 'utf8')).toContain('name="kselftest.sh/pci/read_config"');
  });

  it('fail when they hang, flood, stop short, bail out, say nothing or are not there, and the next one runs', async () => {
    const file = plan(
      '{ run: ./kselftest.sh --fail, format: ktap }',
      '{ run: ./hang.sh, format: ktap, timeout: 2s }',
      '{ run: ./left-nothing.sh }',
      '{ run: ./flood.sh, format: tap, timeout: 60s }',
      '{ run: ./short.sh, format: ktap }',
      '{ run: ./bails-out.sh, format: tap }',
      '{ run: ./says-nothing.sh, format: ktap }',
      '{ run: no-such-program }',
      '{ run: smmute -n 3 -q /dev/smmute0, interrupts: 2 }',
      memcpy,
    );
    const { ended, guest } = await runs.test('--plan', file, '--files', files);
    expect(ended.code, ended.told).toBe(1);
    const own = guest.tests.filter(({ parent }) => parent === undefined);
    expect(own.map(({ name, outcome, message }) => [name, outcome, message])).toEqual([
      ['probe', 'pass', null],
      ['kselftest.sh', 'fail', '1 of 5 sub-tests failed: counts; exited with status 1'],
      [
        'hang.sh',
        'fail',
        'TIMEOUT after 2 seconds: it was ended, with all of its process group; 1 sub-test had come',
      ],
      ['left-nothing.sh', 'pass', null],
      [
        'flood.sh',
        'fail',
        'a flood, which was ended: it had printed more than 2000 sub-tests; 2000 sub-tests had come',
      ],
      ['short.sh', 'fail', '2 sub-tests came, where its plan is 1..3'],
      ['bails-out.sh', 'fail', 'Bail out! no more engine'],
      ['says-nothing.sh', 'fail', 'no sub-test came, as KTAP has them'],
      ['no-such-program', 'fail', 'this guest has no program no-such-program'],
      ['smmute', 'fail', '3 interrupts, where the plan allows 2'],
      ['memcpy/0x100', 'pass', null],
      ['interrupts', 'pass', null],
    ]);
    expect(guest.tests.find(({ name }) => name === 'kselftest.sh/counts')).toMatchObject({
      outcome: 'fail',
      message: 'expected 1, got 2',
      parent: 'kselftest.sh',
    });
    const flood = guest.tests.filter(({ parent }) => parent === 'flood.sh');
    expect(flood).toHaveLength(401);
    expect(flood.at(-1)).toMatchObject({ name: 'flood.sh/1600-more' });
    expect(statSync(artifact('guest-1', 'run-4-flood.sh.log')).size).toBeLessThan(2 ** 20 + 100);
  });

  it('that can be seen to be missing are an error before a guest starts', async () => {
    const run = (test: string, ...options: string[]) =>
      coordinator('test', '--plan', plan(test), '--runs', runs.path, ...options);
    const missing = await run('{ run: ./none.sh }', '--files', files);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('test none.sh runs ./none.sh, which is not in');
    const unbrought = await run('{ run: ./skips.sh }');
    expect(unbrought.code).toBe(2);
    expect(unbrought.stderr).toContain('--files DIR');
    expect(readdirSync(runs.path)).toEqual([]);
  });

  it('that all skip are no pass', async () => {
    const { ended, guest } = reportOf(
      await runs.start('--plan', plan('{ run: ./skips.sh, format: ktap }'), '--files', files).ended,
    );
    expect(ended.code).toBe(4);
    expect(guest).toMatchObject({ outcome: 'error', reason: 'nothing was tested: every test was skipped' });
  });

  it('go through rounds of a stress run, in guests that stay', async () => {
    const file = plan(memcpy, '{ run: ./smmute-modes.sh, format: ktap, interrupts: 18, timeout: 60s }');
    const { stdout, stderr, code } = await coordinator(
      ...['stress', '--mode', 'loop', '--guests', '1', '--rounds', '3', '--plan', file, '--files', files],
      ...['--runs', runs.path, '--reporter', 'json=-'],
    );
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'pass', rounds: 3, transactions: 30 });
  });
});

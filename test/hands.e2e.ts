import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Coordinator, coordinator, reportOf } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { Terminal } from './support/terminal.ts';

/** Somebody's hands in a guest that is being tested. */

const runs = freshRuns();
const program = resolve(import.meta.dirname, '../packages/host/bin/coordinator.js');
const files = join(import.meta.dirname, 'programs');
const MEGABYTES = 10;

/** A run whose guests wait in their second test, until `go`. */
async function waitingRun(...options: string[]) {
  const plan = join(runs.path, 'plan.yaml');
  const tests = ['{ mode: memcpy }', '{ run: ./waits.sh, timeout: 30m }', '{ mode: memcpy, size: 0x100 }'];
  writeFileSync(plan, `tests:\n${tests.map((test) => `- ${test}\n`).join('')}`);
  const run = runs.start('--plan', plan, '--files', files, '--timeout', '60m', ...options);
  const waiting = await runs.until('the program that waits', () => runs.sharedFile('guest-1', 'run-2'));
  return {
    go: async () => {
      writeFileSync(join(waiting, 'go'), '');
      return reportOf(await run.ended);
    },
  };
}

const exec = (...args: string[]) => coordinator('exec', 'guest-1', ...args);

describe.each(['cold', 'snapshot'])('a guest that started %s', (start) => {
  it('runs commands with their input, output, status and signals, and passes', async () => {
    const { go } = await waitingRun('--start', start);
    expect(await exec('--', 'sh', '-c', 'echo out; echo err >&2; exit 7')).toMatchObject({
      code: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect((await exec('--cwd', '/proc', '--', 'pwd')).stdout).toBe('/proc\n');
    const fed = new Coordinator(['exec', 'guest-1', '--', 'sh', '-c', 'cat; echo end'], {
      launcher: ['sh', '-c', 'printf "in\\n" | "$@"', 'sh'],
    });
    expect((await fed.ended).stdout).toBe('in\nend\n');
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      const ready = ['sh', '-c', 'echo ready; exec sleep 1000'];
      const interrupted = new Coordinator(['exec', 'guest-1', '--', ...ready]);
      await once(interrupted.child.stdout as NodeJS.ReadableStream, 'data');
      interrupted.kill(signal);
      expect((await interrupted.ended).code).toBe(128 + constants.signals[signal]);
    }
    const much = await exec('--', 'head', '-c', String(MEGABYTES * 1_000_000), '/dev/zero');
    expect([much.code, much.stdout.length]).toEqual([0, MEGABYTES * 1_000_000]);

    const { ended, report } = await go();
    expect(ended.code, ended.told).toBe(0);
    expect(report.guests).toMatchObject([{ outcome: 'pass', start, warnings: [] }]);
  });
});

it('opens shells, side by side, at terminals', async () => {
  const { go } = await waitingRun();
  const [one, other] = [1, 2].map(() => new Terminal([process.execPath, program, 'shell', 'guest-1'])) as [
    Terminal,
    Terminal,
  ];
  await Promise.all([one.see(/# $/), other.see(/# $/)]);
  one.type('stty size; tty');
  expect(await one.see(/# $/)).toMatch(/^50 200$/m);
  one.resize(30, 100);
  one.type('until [ "$(stty size)" = "30 100" ]; do sleep 0.1; done; echo re"sized"');
  await one.see(/resized\s[\s\S]*# $/);
  for (const [key, seen] of [
    ['\x03', /# $/],
    ['\x1c', /Quit\s[\s\S]*# $/],
  ] as const) {
    // While a shell reads, its terminal has Ctrl-C for a key like others.
    one.type(`sh -c 'echo st"art"ed; exec sleep 1000'`);
    await one.see(/^started$/m);
    one.press(key);
    await one.see(seen);
  }
  other.type('echo $$ >/tmp/other; exit 5');
  expect(await other.ended).toBe(5);
  one.type('cat /tmp/other && exit 3');
  expect(await one.ended).toBe(3);
  expect((await go()).ended.code).toBe(0);
});

it('says which guests there are', async () => {
  const nobody = await exec('--', 'true');
  expect([nobody.code, nobody.stderr]).toEqual([
    4,
    expect.stringMatching(/no guest guest-1 is running\n.*→ none is/),
  ]);
  const { go } = await waitingRun();
  const wrong = await coordinator('exec', 'guest-2', '--', 'true');
  expect([wrong.code, wrong.stderr]).toEqual([
    4,
    expect.stringMatching(/no guest guest-2.*\n.*those that are: guest-1/),
  ]);
  expect((await coordinator('shell', 'guest-1')).code).toBe(2);
  expect((await go()).ended.code).toBe(0);
});

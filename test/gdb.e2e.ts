import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reportOf } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { gdb } from './support/gdb.ts';

/** Debian's gdb-multiarch at guests, by the command that the run prints. */

const runs = freshRuns();
const files = join(import.meta.dirname, 'programs');

const attachOf = () =>
  runs.until('the way to attach', () => {
    const notice = runs.events().find(({ type }) => type === 'run-notice');
    const command = /^guest-1: gdb-multiarch VMLINUX -ex '(target remote (\S+))'$/;
    const [, attach, socket = ''] = command.exec(String(notice?.['text'])) ?? [];
    return existsSync(socket) && attach;
  });

it('stops at a breakpoint in the kernel, for as long as one likes', async () => {
  const plan = join(runs.path, 'plan.yaml');
  const tests = ['{ run: ./symbols.sh }', '{ run: ./waits.sh sync, timeout: 30m }', '{ mode: memcpy }'];
  writeFileSync(plan, `tests:\n${tests.map((test) => `- ${test}\n`).join('')}`);
  const run = runs.start('--gdb', '--plan', plan, '--files', files, '--silence', '1s', '--timeout', '1s');
  const attach = await attachOf();
  const waiting = await runs.until('the program that waits', () => runs.sharedFile('guest-1', 'run-2'));
  const symbols = readFileSync(runs.sharedFile('guest-1', 'run-1-symbols.sh.log') ?? '', 'utf8');
  const address = /^([0-9a-f]{16}) T __arm64_sys_sync$/m.exec(symbols)?.[1] ?? '';

  // The guest stands still while gdb has it: it finds `go` when it goes on.
  const stop = [`hbreak *0x${address}`, `shell touch ${join(waiting, 'go')}`, 'continue'];
  const said = await gdb(attach, ...stop, 'info registers pc', 'delete', 'detach');
  expect(said).toContain(`0x${address} in ?? ()`);
  expect(said).toMatch(new RegExp(`^pc +0x${address} `, 'm'));
  expect(said).toMatch(/Inferior 1 .*detached/);

  const { ended, report } = reportOf(await run.ended);
  expect(ended.code, ended.told).toBe(0);
  expect(report.guests).toMatchObject([{ outcome: 'pass', start: 'cold' }]);
});

it('waits before the first instruction', async () => {
  const run = runs.start('--gdb-halt', '--plan', 'page');
  // Where the board's own few instructions are, which lead to the kernel.
  expect(await gdb(await attachOf(), 'info registers pc', 'detach')).toMatch(/^pc +0x40000000 /m);
  const { ended } = reportOf(await run.ended);
  expect(ended.code, ended.told).toBe(0);
});

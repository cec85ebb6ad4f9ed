import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reportOf, until } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { Gdb } from './support/gdb.ts';

const runs = freshRuns();
const files = join(import.meta.dirname, 'programs');
/** Of AArch64, org.gnu.gdb.aarch64.core. */
const PC = 32;

const socketOf = () =>
  until('the way to attach', () => {
    const notice = runs.events().find(({ type }) => type === 'run-notice');
    const socket = /^guest-1: .*target remote (\S+)'$/.exec(String(notice?.['text']))?.[1];
    return socket !== undefined && existsSync(socket) && socket;
  });

it('stops at a breakpoint in the kernel, for as long as one likes', async () => {
  const plan = join(runs.path, 'plan.yaml');
  const tests = ['{ run: ./symbols.sh }', '{ run: ./waits.sh sync, timeout: 30m }', '{ mode: memcpy }'];
  writeFileSync(plan, `tests:\n${tests.map((test) => `- ${test}\n`).join('')}`);
  const run = runs.start('--gdb', '--plan', plan, '--files', files, '--silence', '1s', '--timeout', '1s');
  const socket = await socketOf();
  const waiting = await until('the program that waits', () => runs.sharedFile('guest-1', 'run-2'));
  const symbols = readFileSync(runs.sharedFile('guest-1', 'run-1-symbols.sh.log') ?? '', 'utf8');
  const address = /^([0-9a-f]{16}) T __arm64_sys_sync$/m.exec(symbols)?.[1] ?? '';

  const gdb = await Gdb.connect(socket);
  expect(await gdb.ask('?')).toMatch(/^T05/);
  expect(await gdb.ask(`Z1,${address},4`)).toBe('OK');
  writeFileSync(join(waiting, 'go'), '');
  expect(await gdb.ask('c')).toMatch(/^T05/);
  expect(await gdb.register(PC)).toBe(BigInt(`0x${address}`));
  expect(await gdb.ask(`z1,${address},4`)).toBe('OK');
  await gdb.detach();

  const { ended, report } = reportOf(await run.ended);
  expect(ended.code, ended.told).toBe(0);
  expect(report.guests).toMatchObject([{ outcome: 'pass', start: 'cold' }]);
});

it('waits before the first instruction', async () => {
  const run = runs.start('--gdb-halt', '--plan', 'page');
  const gdb = await Gdb.connect(await socketOf());
  // Where the board's own few instructions are, which lead to the kernel.
  expect(await gdb.register(PC)).toBe(0x40000000n);
  await gdb.detach();
  const { ended } = reportOf(await run.ended);
  expect(ended.code, ended.told).toBe(0);
});

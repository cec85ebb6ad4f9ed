import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { coordinator, reportOf } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';

/** Guests that stay when their tests are over, for people to look at. */

const runs = freshRuns();
const files = join(import.meta.dirname, 'programs');

const heldOf = (guest: string) =>
  runs.until(`${guest} to be held`, () =>
    runs.events().find((event) => event.type === 'guest-held' && event['guest'] === guest),
  );

const statesOf = async () => {
  const { stdout } = await coordinator('guests', '--json');
  const guests = JSON.parse(stdout) as { name: string; state: string; device: string; run: string }[];
  // Of other runs of this machine there may be some as well.
  const run = runs.events()[0]?.['run'];
  const mine = guests.filter((guest) => guest.run === run);
  return Object.fromEntries(mine.map(({ name, state, device }) => [name, `${state}, ${device}`]));
};

it('keeps those in which something is wrong, and no others', async () => {
  const plan = join(runs.path, 'plan.yaml');
  writeFileSync(plan, 'tests:\n- { mode: memcpy }\n- { run: ./by-guest.sh }\n');
  const run = runs.start('--guests', '4', '--hold', 'failed', '--plan', plan, '--files', files);
  const [failed, panicked, hung] = await Promise.all(['guest-2', 'guest-3', 'guest-4'].map(heldOf));
  expect(failed).toMatchObject({ outcome: 'fail', reason: expect.stringMatching(/^by-guest.*1$/) });
  expect(panicked).toMatchObject({ outcome: 'panic' });
  expect(hung).toMatchObject({
    outcome: 'hang',
    reason: expect.stringMatching(/silent for .* in test by-guest/),
  });
  await runs.until('guest-1 to end', () =>
    runs.events().some((event) => event.type === 'guest-ended' && event['guest'] === 'guest-1'),
  );
  const held = 'held, smmute (own)';
  expect(await statesOf()).toEqual({ 'guest-2': held, 'guest-3': held, 'guest-4': held });

  // One whose agent stands still takes commands all the same.
  const agent = 'grep State: /proc/$(pidof qjs | tr " " "\\n" | sort -n | head -1)/status';
  expect((await coordinator('exec', 'guest-4', '--', 'sh', '-c', agent)).stdout).toMatch(/T \(stopped\)/);
  const released = await coordinator('release', 'guest-2');
  expect(released.stderr).toMatch(/^guest-2 of run \S+ goes on\n$/);
  expect([released.code, released.stdout]).toEqual([0, '']);
  await runs.until('guest-2 to end', () =>
    runs.events().some((event) => event.type === 'guest-ended' && event['guest'] === 'guest-2'),
  );
  const again = await coordinator('release', 'guest-3', 'guest-2');
  expect([again.code, again.stderr]).toEqual([
    4,
    'coordinator: no guest guest-2 is held\n  → those that are: guest-3, guest-4\n',
  ]);
  expect((await coordinator('release')).code).toBe(2);
  expect((await coordinator('release', '--all', 'guest-3')).code).toBe(2);
  expect(await coordinator('release', '--all')).toMatchObject({ code: 0 });

  const { ended, report } = reportOf(await run.ended);
  expect(
    report.guests.map(({ outcome }) => outcome),
    ended.told,
  ).toEqual(['pass', 'fail', 'panic', 'hang']);
  expect(ended.code).toBe(3);
});

it('is not swayed by what people do, and ends with its run', async () => {
  const run = runs.start('--guests', '2', '--hold', '--plan', 'page');
  await Promise.all(['guest-1', 'guest-2'].map(heldOf));
  // Its device counts that, its test did not ask for it.
  const byHand =
    'cd /run/kit && ./smmute -s 0x100 -n 3 && grep SigIgn /proc/$(pidof qjs | tr " " "\\n" | sort -n | head -1)/status';
  const moved = await coordinator('exec', 'guest-1', '--', 'sh', '-c', byHand);
  expect([moved.code, moved.stdout], moved.stderr).toEqual([0, expect.stringMatching(/SigIgn:\s+0{16}\n$/)]);
  expect(await coordinator('release', '--run', '2', 'guest-1')).toMatchObject({ code: 0 });
  await runs.until('guest-1 to end', () => runs.events().some(({ type }) => type === 'guest-ended'));
  run.kill('SIGINT');
  const { ended, report } = reportOf(await run.ended);
  expect(ended.code, ended.told).toBe(130);
  expect(report.guests).toMatchObject([
    { outcome: 'pass', reason: null, interrupts: { device_total: 10 } },
    { outcome: 'error', error_kind: 'interrupted' },
  ]);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { BuildrootDisk, PASSWORD } from './support/buildroot.ts';
import { Coordinator, coordinator, reportOf } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';

/** Guests whose RAM disk knows nothing of the agent: it is started from the serial console. */

const runs = freshRuns();
let disk: BuildrootDisk | null = null;
afterEach(() => {
  disk?.remove();
  disk = null;
});

function testWith(password: 'asked for' | 'none', ...args: string[]) {
  disk = new BuildrootDisk(password);
  return runs.test('--initrd', disk.path, ...args);
}

describe("a RAM disk of the user's own", () => {
  it('passes all tests after a login with a password, which is shown nowhere', async () => {
    disk = new BuildrootDisk('asked for');
    const args = [
      'test',
      '--runs',
      runs.path,
      '--reporter',
      'json=-',
      '--initrd',
      disk.path,
      '--console-login',
    ];
    const run = new Coordinator([...args, '--guests', '2'], {
      env: { COORDINATOR_LOGIN_PASSWORD: PASSWORD },
    });
    const { ended, report } = reportOf(await run.ended);
    expect(report.guests.map(({ outcome, reason }) => [outcome, reason])).toEqual(
      Array(2).fill(['pass', null]),
    );
    expect(report.guests[0]?.tests.map(({ outcome }) => outcome)).toEqual(Array(15).fill('pass'));
    expect(ended.code, ended.told).toBe(0);
    const waits = runs
      .events()
      .flatMap((event) =>
        event.type === 'guest-phase' &&
        event['guest'] === 'guest-1' &&
        event['phase'] === 'boot' &&
        event['detail'] !== null
          ? event['detail']
          : [],
      );
    expect(waits).toEqual([
      'waiting for the login prompt',
      'waiting for a password or shell prompt',
      'waiting for the shell prompt',
      'waiting for the agent, which was started from the console',
    ]);
    const kept = ['events.jsonl', 'guest-1/console.log'].map((name) =>
      readFileSync(join(runs.path, report.run, name), 'utf8'),
    );
    expect(kept[1]).toContain('buildroot login: root');
    expect(kept.join() + ended.stdout + ended.stderr).not.toContain(PASSWORD);
  });

  it('needs no password where root has none, and is mounted where the user says', async () => {
    const { ended, guest } = await testWith(
      'none',
      '--console-login',
      '--login-mount',
      '/mnt',
      '--plan',
      'page',
    );
    expect(guest).toMatchObject({ outcome: 'pass', reason: null });
    expect(ended.code, ended.told).toBe(0);
  });

  it.each([
    ['needs no login where a shell asks for Enter first', 'askfirst'],
    ['needs no login where a shell is there at once', 'shell'],
    ['types again what a shell has lost the beginning of', 'deaf'],
  ] as const)('%s', async (_, console) => {
    disk = new BuildrootDisk('none', console);
    const { ended, guest } = await runs.test('--initrd', disk.path, '--console-login', '--plan', 'page');
    expect(guest).toMatchObject({ outcome: 'pass', reason: null });
    expect(ended.code, ended.told).toBe(0);
  });

  it('says that the password is wrong, and keeps it out of the report', async () => {
    const { ended, report, guest } = await testWith(
      'asked for',
      '--console-login',
      '--login-password',
      'open up',
    );
    expect(guest).toMatchObject({
      outcome: 'error',
      error_kind: 'setup',
      reason: 'the guest refused the login of root on its console: wrong user or password',
      boot_ms: null,
    });
    expect(ended.code).toBe(4);
    expect(report.command).toContain('***');
    expect(JSON.stringify(runs.events())).not.toContain('open up');
  });

  it('says that a password is needed', async () => {
    const { guest } = await testWith('asked for', '--console-login');
    expect(guest.reason).toMatch(/asks for a password of root.*--login-password/);
  });

  it('says what the console shows when no prompt comes that it knows, long before the limit', async () => {
    const { ended, guest } = await testWith('none', '--console-login', '--shell-prompt', 'ready> $');
    expect(guest).toMatchObject({
      outcome: 'error',
      error_kind: 'setup',
      reason: expect.stringMatching(
        /^no answer that is known came to the user, typed twice .*\(waiting for a password or shell prompt\): it shows ".*#"$/,
      ),
    });
    expect(ended.code).toBe(4);
  });

  it('is suspected when no login was asked for and no agent comes', async () => {
    const { guest } = await testWith('none', '--timeout', '8s');
    expect(guest).toMatchObject({
      outcome: 'hang',
      reason: expect.stringMatching(/in boot \(an --initrd .*--console-login\)$/),
    });
  });
});

describe('usage', () => {
  it.each([
    [['--console-login', '--login-prompt', '('], /--login-prompt.*Invalid regular expression/],
    [['--login-user', 'me'], /--login-user is for a login on the console/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await coordinator('test', '--platform', 'virtual', '--runs', runs.path, ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WatchedClock } from '../lifetime/index.ts';
import { ConsoleLogin } from './console-login.ts';
import { defaultPrompts } from './guest-words.ts';

const BOOT_MS = 60_000;
const STEP_MS = 500;

let typed: string;
let failures: string[];
let clock: WatchedClock;
let login: ConsoleLogin;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
  typed = '';
  failures = [];
  const input = new PassThrough();
  input.on('data', (chunk: Buffer) => {
    typed += chunk;
  });
  clock = new WatchedClock();
  const setting = {
    ...{ user: 'root', password: null, mountPoint: '/tmp/hostshare' },
    ...{ loginPrompt: defaultPrompts.login, passwordPrompt: defaultPrompts.password },
    shellPrompt: defaultPrompts.shell,
  };
  const listener = { onWaiting: () => {}, onFailure: (reason: string) => void failures.push(reason) };
  login = new ConsoleLogin(setting, input, listener, { clock, bootMs: BOOT_MS });
});
afterEach(() => {
  login.end();
  clock.close();
  vi.useRealTimers();
});

/** Time goes by, and what was due in it is done. */
async function pass(ms: number, step = STEP_MS): Promise<void> {
  for (let passed = 0; passed < ms; passed += step) {
    vi.advanceTimersByTime(step);
    for (let turn = 0; turn < 6; turn++) await nextTurn();
  }
}

describe('ConsoleLogin', () => {
  it('types what is not answered once more, and fails long before the limit of the boot', async () => {
    login.push(Buffer.from('buildroot login: '));
    await pass(1000);
    expect(typed).toBe('root\r');
    await pass(BOOT_MS / 4 + 2000);
    expect(typed.replaceAll('\r', ' ').match(/root/g)).toHaveLength(2);
    expect(failures).toEqual([]);
    await pass(BOOT_MS / 4);
    expect(failures).toEqual([expect.stringMatching(/typed twice .*: it shows "buildroot login:"$/)]);
    const before = typed;
    await pass(BOOT_MS);
    expect([typed, failures.length]).toEqual([before, 1]);
  });

  it('waits for a prompt as long as the guest boots', async () => {
    login.push(Buffer.from('Starting\r\n'));
    await pass(3 * BOOT_MS, 5000);
    expect(failures).toEqual([]);
  });
});

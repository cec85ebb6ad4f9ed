import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConsoleTail } from './console-tail.ts';

let folder: string;
let tail: ConsoleTail | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tail-'));
  mkdirSync(join(folder, 'guest-1/7'), { recursive: true });
});
afterEach(() => {
  tail?.close();
  rmSync(folder, { recursive: true });
});

const follow = (guest: string) => {
  tail = new ConsoleTail(folder, guest, () => {});
  return tail;
};
const all = (one: ConsoleTail) => one.read(one.start, 2 ** 20).text;

it('follows a console, and the one of the next try', async () => {
  const file = join(folder, 'guest-1/console.log');
  const one = follow('guest-1');
  writeFileSync(file, 'booting\n\x1b]52;c;x');
  await expect.poll(() => all(one)).toBe('booting\n');
  appendFileSync(file, '\x07on\n');
  await expect.poll(() => all(one)).toBe('booting\non\n');
  const { to } = one.read(one.start, 2 ** 20);
  renameSync(file, join(folder, 'old'));
  writeFileSync(file, 'again\n');
  await expect.poll(() => one.read(to, 100)).toMatchObject({ text: 'again\n', skipped: true });
});

it('finds the console of a round, and of a guest that stays for many', async () => {
  writeFileSync(join(folder, 'guest-1/7/console.log'), 'round');
  const round = follow('guest-1/7');
  await expect.poll(() => all(round)).toBe('round');
  round.close();
  mkdirSync(join(folder, 'guest-1/guest'));
  writeFileSync(join(folder, 'guest-1/guest/console.log'), 'many');
  const staying = follow('guest-1/8');
  await expect.poll(() => all(staying)).toBe('many');
});

it('holds the end of a long one, and says that it is no more', async () => {
  writeFileSync(join(folder, 'guest-1/console.log'), `${'x'.repeat(2 ** 20)}end`);
  const one = follow('guest-1');
  await expect.poll(() => all(one).endsWith('end')).toBe(true);
  expect(all(one).length).toBeLessThanOrEqual(256 * 1024);
  expect(one.read(0, 10).skipped).toBe(true);
});

it('reads nothing outside of the run, whatever a guest is called or has left', async () => {
  symlinkSync('/etc', join(folder, 'guest-2'));
  symlinkSync('/etc/passwd', join(folder, 'guest-1/console.log'));
  for (const guest of ['guest-1', 'guest-2', '../guest-1', '..', '/etc', 'guest-1/..', '']) {
    const one = follow(guest);
    await new Promise((resolve) => setImmediate(resolve));
    expect(all(one), guest).toBe('');
    one.close();
  }
});

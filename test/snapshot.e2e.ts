import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { coordinator } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { AlteredKit } from './support/kit.ts';

/** Guests that are restored at once; `RESTORED_GUESTS=20` is the whole measure. */
const GUESTS = Number(process.env['RESTORED_GUESTS'] ?? 6);

const runs = freshRuns();
let kit: AlteredKit | null = null;
afterEach(() => {
  kit?.remove();
  kit = null;
});

/** What a guest is told from another by, in one line on its console. */
const SHOW = `
rm -f /tmp/id; for file in /proc/sys/kernel/random/boot_id /etc/machine-id; do cat $file >>/tmp/id; done
hostname >>/tmp/id; head -c 16 /dev/urandom | od -An -tx1 | tr -d ' ' >>/tmp/id; date +%s >>/tmp/id
echo "identity $(tr '\\n' ' ' </tmp/id)" >/dev/console
exec "$kit/qjs" "$kit/agent.mjs" --kit "$kit" "$@"`;

describe('guests that are restored', () => {
  it('differ in all that tells machines apart, and know the time', async () => {
    kit = new AlteredKit({});
    const start = kit.read('start').replace(/^exec .*$/m, SHOW);
    kit.remove();
    kit = new AlteredKit({ start });
    const begun = Date.now() / 1000;
    const args = ['--guests', String(GUESTS), '--jobs', '8', '--plan', 'page', '--share', kit.path];
    const { ended, report } = await runs.test(...args, '--start', 'snapshot');
    const over = Date.now() / 1000;
    expect(ended.code, ended.told).toBe(0);
    expect(report.guests.map(({ start: how }) => how)).toEqual(Array(GUESTS).fill('snapshot'));
    const identities = report.guests.map(({ id }) => {
      const console = readFileSync(join(runs.path, report.run, id, 'console.log'), 'utf8');
      return /^identity (.*?) *\r?$/m.exec(console)?.[1]?.split(' ') ?? [];
    });
    for (const place of [0, 1, 2, 3])
      expect(new Set(identities.map((identity) => identity[place])).size, `place ${place}`).toBe(GUESTS);
    expect(identities[0]?.[1]).toMatch(/^[0-9a-f]{32}$/);
    for (const [, , , , time] of identities) {
      expect(Number(time)).toBeGreaterThan(begun - 2);
      expect(Number(time)).toBeLessThan(over + 2);
    }
  });

  it.each([
    ['memory', 193],
    ['state', 194],
  ] as const)('boot when their %s is damaged, and the next ones are restored again', async (file, least) => {
    // Of a size that no other test has: theirs is not to be damaged.
    const memory = String(least + 2 * (process.pid % 30));
    const test = async () => runs.test('--plan', 'page', '--memory', memory);
    const before = savedGuests();
    expect((await test()).guest).toMatchObject({ outcome: 'pass', start: 'snapshot', warnings: [] });
    const [made] = savedGuests().filter((folder) => !before.includes(folder));
    // Found intact once more, and noted: it need not be read again.
    expect((await test()).guest).toMatchObject({ outcome: 'pass', start: 'snapshot', warnings: [] });
    expect(existsSync(join(made ?? '', `${file}.intact`))).toBe(true);
    flipByte(join(made ?? '', file));
    try {
      const { ended, guest, report } = await test();
      expect(ended.code, ended.told).toBe(0);
      expect(guest).toMatchObject({ outcome: 'pass', start: 'cold' });
      const events = readFileSync(join(runs.path, report.run, 'events.jsonl'), 'utf8');
      expect(events).toMatch(/it boots, as it could not be restored: [^"]* is damaged/);
      expect((await test()).guest).toMatchObject({ outcome: 'pass', start: 'snapshot' });
    } finally {
      rmSync(`${made}.json`, { force: true });
      rmSync(made ?? '', { recursive: true, force: true });
    }
  });
});

describe('--start', () => {
  it('cold boots every guest', async () => {
    const { ended, guest } = await runs.test('--plan', 'page', '--start', 'cold');
    expect(ended.code, ended.told).toBe(0);
    expect(guest).toMatchObject({ outcome: 'pass', start: 'cold' });
  });

  it('snapshot is refused where it cannot be', async () => {
    const ended = await coordinator('test', '--start', 'snapshot', '--console-login');
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringMatching(/logged in to boot first/)]);
  });
});

/** Folders of saved guests in the cache. */
function savedGuests(): string[] {
  const artifacts = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'coordinator/artifacts');
  return readdirSync(artifacts)
    .filter((name) => name.startsWith('template-') && name.endsWith('.json'))
    .map((name) => join(artifacts, name.replace(/\.json$/, '')));
}

function flipByte(path: string): void {
  const file = openSync(path, 'r+');
  // What QEMU says of the machine is at the end, and as good as any other place of its memory.
  const at = statSync(path).size - 5000;
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  writeSync(file, Buffer.from([(byte[0] ?? 0) ^ 0x10]), 0, 1, at);
  closeSync(file);
}

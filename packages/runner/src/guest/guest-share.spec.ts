import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '@coordinator/base/files';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GuestShare } from './guest-share.ts';

const job = {
  version: 1,
  run: 'r',
  guest: 'g',
  heartbeat_ms: 1000,
  exerciser: 'smmute',
  interrupts: 'each',
  tests: [],
} as const;

let folder: string;
let share: GuestShare;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'share-'));
  share = await GuestShare.create(folder, job);
});
afterEach(() => removeTree(folder));

describe('GuestShare', () => {
  it('collects a file up to the limit', async () => {
    writeFileSync(join(share.folder, 'dmesg.log'), 'x'.repeat(1000));
    await share.collect('dmesg.log', join(folder, 'dmesg.log'), 300);
    expect(readFileSync(join(folder, 'dmesg.log'), 'utf8')).toBe('x'.repeat(300));
  });

  it.each([
    ['a symbolic link', (path: string) => symlinkSync('/etc/passwd', path)],
    ['a FIFO', (path: string) => execFileSync('mkfifo', [path])],
    ['a folder', (path: string) => mkdirSync(path)],
  ])('neither follows nor waits for %s', async (_, plant) => {
    plant(join(share.folder, 'dmesg.log'));
    await expect(share.collect('dmesg.log', join(folder, 'dmesg.log'), 300)).rejects.toThrow();
    expect(existsSync(join(folder, 'dmesg.log'))).toBe(false);
  });

  it('sees too many files and too many bytes, but not the channel', async () => {
    writeFileSync(join(share.folder, 'channel.bin'), Buffer.alloc(65 * 2 ** 20));
    expect(await share.overLimit('channel.bin')).toBeNull();
    mkdirSync(join(share.folder, 'deep'));
    writeFileSync(join(share.folder, 'deep', 'big'), Buffer.alloc(65 * 2 ** 20));
    expect(await share.overLimit('channel.bin')).toBe('more than 64 MiB in its share');
    for (let n = 0; n < 1000; n++) writeFileSync(join(share.folder, `f${n}`), '');
    expect(await share.overLimit('channel.bin')).toMatch(/more than/);
  });

  it('sees a channel that is larger than any may be, however it is made up', async () => {
    writeFileSync(join(share.folder, 'channel.bin'), '');
    truncateSync(join(share.folder, 'channel.bin'), 8e12);
    expect(await share.overLimit('channel.bin')).toBe('more than 512 MiB in its channel');
  });

  it('sees folders that are deeper than any need to be', async () => {
    mkdirSync(join(share.folder, ...Array.from({ length: 70 }, () => 'd')), { recursive: true });
    expect(await share.overLimit('channel.bin')).toBe('folders more than 64 deep in its share');
  });

  it.runIf(process.getuid?.() === 0)('hides nothing behind a mode, and removes it', async () => {
    // What root may look into, an ordinary user may not, though it owns it.
    execFileSync('chown', ['-R', '65534', folder]);
    process.seteuid?.(65534);
    try {
      const hidden = join(share.folder, 'hidden');
      mkdirSync(hidden);
      writeFileSync(join(hidden, 'big'), '');
      chmodSync(hidden, 0o300);
      expect(await share.overLimit('channel.bin')).toBe('a folder in its share that cannot be looked into');
      await share.remove();
      expect(existsSync(share.folder)).toBe(false);
    } finally {
      process.seteuid?.(0);
    }
  });

  it('removes a tree that is deeper than a path name can be long', async () => {
    const dig = `for (let n = 0; n < 40; n++) { fs.mkdirSync('d'.repeat(200)); process.chdir('d'.repeat(200)); }`;
    execFileSync(process.execPath, ['-e', dig], { cwd: share.folder });
    await share.remove();
    expect(existsSync(share.folder)).toBe(false);
  });
});

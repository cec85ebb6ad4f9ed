import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileOutput } from './file-output.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-output-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('openFileOutput', () => {
  it('replaces a file only when all is written, and makes its folder', async () => {
    const path = join(folder, 'deep', 'er', 'report.json');
    const first = await openFileOutput('json', path, true);
    first.write('old');
    await first.close();
    const second = await openFileOutput('json', path, true);
    second.write('ne');
    expect(readFileSync(path, 'utf8')).toBe('old');
    second.write('w');
    await second.close();
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(join(folder, 'deep', 'er'))).toEqual(['report.json']);
  });

  it('leaves nothing behind when abandoned', async () => {
    const output = await openFileOutput('json', join(folder, 'report.json'), true);
    output.write('half');
    output.abandon();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('writes at once what is of use line by line', async () => {
    const path = join(folder, 'log');
    const output = await openFileOutput('lava', path, false);
    output.write('a\n');
    expect(readFileSync(path, 'utf8')).toBe('a\n');
    await output.close();
    output.write('ignored');
    expect(readFileSync(path, 'utf8')).toBe('a\n');
  });

  it('writes through a link, and into a device instead of over it', async () => {
    writeFileSync(join(folder, 'real'), 'old');
    symlinkSync('real', join(folder, 'link'));
    const output = await openFileOutput('json', join(folder, 'link'), true);
    output.write('new');
    await output.close();
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');

    const sink = await openFileOutput('json', '/dev/null', true);
    sink.write('text');
    await sink.close();
    expect(spawnSync('test', ['-c', '/dev/null']).status).toBe(0);
  });

  it.each([
    ['a folder', (at: string) => at],
    ['a file for a folder', (at: string) => join(at, 'plain', 'report.json')],
    ['a file system that takes no files', () => '/proc/report.json'],
  ])('says at once that it cannot write: %s', async (_, makePath) => {
    writeFileSync(join(folder, 'plain'), '');
    const path = makePath(folder);
    for (const whole of [true, false]) {
      await expect(openFileOutput('json', path, whole)).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringContaining(`cannot write the json report to ${path}: `),
        remedy: 'name another file: --reporter json=FILE',
      });
    }
  });

  it('tells when the disk is full at the end', async () => {
    const output = await openFileOutput('lava', '/dev/full', false);
    output.write('text');
    await expect(output.close()).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});

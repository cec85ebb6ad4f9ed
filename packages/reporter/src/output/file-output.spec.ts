import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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

  it('writes through a link', async () => {
    writeFileSync(join(folder, 'real'), 'old');
    symlinkSync('real', join(folder, 'link'));
    const output = await openFileOutput('json', join(folder, 'link'), true);
    output.write('new');
    await output.close();
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
  });

  // A FIFO stands for everything that is no regular file. Never name a device here: a mistake would replace it.
  it('writes into what is no regular file, and never over it', async () => {
    const { path, reader } = makeFifo();
    const output = await openFileOutput('json', path, true);
    output.write('text');
    await output.close();
    expect(readSync(reader, Buffer.alloc(10))).toBe(4);
    closeSync(reader);
    expect(lstatSync(path).isFIFO()).toBe(true);
  });

  it('does not wait for a reader that never comes', async () => {
    const { path, reader } = makeFifo();
    closeSync(reader);
    await expect(openFileOutput('json', path, true)).rejects.toMatchObject({
      message: expect.stringContaining('ENXIO'),
    });
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

  it('tells at the end what could not be written', async () => {
    const { path, reader } = makeFifo();
    const output = await openFileOutput('lava', path, false);
    closeSync(reader);
    output.write('text');
    await expect(output.close()).rejects.toMatchObject({ code: 'EPIPE' });
  });
});

function makeFifo(): { path: string; reader: number } {
  const path = join(folder, 'fifo');
  spawnSync('mkfifo', [path]);
  return { path, reader: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) };
}

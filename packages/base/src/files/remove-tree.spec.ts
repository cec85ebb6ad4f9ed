import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { useFolder } from '../testing/use-folder.ts';
import { removeTree } from './untrusted.ts';

const place = useFolder();
let folder: string;
beforeEach(() => {
  folder = join(place.path, 'share');
  mkdirSync(folder);
});

const fill = (count: number) => {
  for (let file = 0; file < count; file++) writeFileSync(join(folder, `file ${file}`), 'x');
};

describe('removeTree', () => {
  it.each([0, 1, 32, 33, 200])('removes a folder with %i files', async (count) => {
    fill(count);
    await removeTree(folder);
    expect(existsSync(folder)).toBe(false);
  });

  it('removes folders in it, and names that are no text', async () => {
    fill(3);
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]), 'x');
    await removeTree(folder);
    expect(existsSync(folder)).toBe(false);
  });

  it.each([
    ['to a file', 'kept'],
    ['to a folder', '.'],
  ])('removes a link %s, and not what it leads to', async (_, target) => {
    writeFileSync(join(place.path, 'kept'), 'precious');
    symlinkSync(join(place.path, target), join(folder, 'link'));
    await removeTree(folder);
    expect(existsSync(folder)).toBe(false);
    expect(readFileSync(join(place.path, 'kept'), 'utf8')).toBe('precious');
  });

  it('does not go where a folder that is a link leads to', async () => {
    fill(2);
    const link = join(place.path, 'link');
    symlinkSync(folder, link);
    await removeTree(link);
    expect(existsSync(link)).toBe(false);
    expect(existsSync(join(folder, 'file 1'))).toBe(true);
  });
});

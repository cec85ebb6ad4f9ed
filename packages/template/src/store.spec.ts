import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pruneSaved, storedTemplates } from './store.ts';

let cache: string;
const folderOf = (name: string) => join(cache, 'artifacts', name);
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'templates-'));
  for (let n = 0; n < 10; n++) {
    const folder = folderOf(`template-${n}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'memory'), 'x'.repeat(8192));
    writeFileSync(`${folder}.json`, '{}');
    utimesSync(`${folder}.json`, 1000 + n, 1000 + n);
  }
  mkdirSync(folderOf('kernel-1'));
  writeFileSync(folderOf('kernel-1.json'), '{}');
});
afterEach(() => rmSync(cache, { recursive: true }));

describe('saved guests', () => {
  it('are listed with what they take, the one used last first', async () => {
    const stored = await storedTemplates(cache);
    expect(stored.map(({ folder }) => folder)).toEqual(
      Array.from({ length: 10 }, (_, n) => folderOf(`template-${9 - n}`)),
    );
    expect(stored.every(({ bytes }) => bytes >= 8192)).toBe(true);
  });

  it('are kept up to a number; nothing else is touched', async () => {
    await pruneSaved(cache, 'template');
    expect((await storedTemplates(cache)).map(({ used }) => used / 1000)).toEqual(
      Array.from({ length: 8 }, (_, n) => 1009 - n),
    );
    expect([existsSync(folderOf('template-1')), existsSync(folderOf('kernel-1.json'))]).toEqual([
      false,
      true,
    ]);
  });

  it('are none where there is no cache', async () => {
    expect(await storedTemplates(join(cache, 'none'))).toEqual([]);
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureSaved, STATE_FILE } from './saved.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'saved-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

/** Machines that are saved one after the other, of which the first few cannot be restored. */
function ensure(bad: number) {
  const seen: string[][] = [];
  let made = 0;
  const folder = ensureSaved(
    {
      ...{ kind: 'saved-lab', key: '0123456789abcdef0', label: 'Saving' },
      make: async (folder) => {
        seen.push(readdirSync(folder));
        made += 1;
        writeFileSync(join(folder, STATE_FILE), `machine ${made}`);
        writeFileSync(join(folder, `log of ${made}`), '');
      },
      prove: async (folder) => {
        if (made <= bad) throw new Error(`${readFileSync(join(folder, STATE_FILE))} stands still`);
      },
    },
    cache,
    { signal: new AbortController().signal, onProgress: () => {} },
  );
  return { folder, seen, made: () => made };
}

describe('ensureSaved', () => {
  it('makes a machine anew that cannot be restored, from nothing', async () => {
    const { folder, seen } = ensure(2);
    expect(readFileSync(join(await folder, STATE_FILE), 'utf8')).toBe('machine 3');
    expect(seen).toEqual([[], [], []]);
    expect(readdirSync(await folder).sort()).toEqual(['digest', 'log of 3', STATE_FILE].sort());
  });

  it('gives up when none can, and keeps none', async () => {
    const { folder, made } = ensure(9);
    await expect(folder).rejects.toThrow('machine 3 stands still');
    expect(made()).toBe(3);
    const left = readdirSync(cache, { recursive: true }).map(String);
    expect(left.filter((path) => path.includes('saved-lab'))).toEqual([]);
  });
});

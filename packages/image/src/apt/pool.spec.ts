import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashFile } from '../cache/hash.ts';
import { Pool } from './pool.ts';
import { PrivateRoot } from './private-root.ts';

it('nobody waits for what nobody downloads', async () => {
  const pool = new Pool('/nowhere');
  const common = { version: '1', architecture: 'all', size: 5, sha256: '' };
  const waiting = expect(pool.file({ ...common, name: 'a', file: 'a.deb' })).rejects.toThrow('nobody');
  pool.close();
  await waiting;
  await expect(pool.file({ ...common, name: 'b', file: 'b.deb' })).rejects.toThrow('nobody');
});

it('hands out what is whole; nobody waits for what a failed download did not bring', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pool-spec-'));
  try {
    const path = join(folder, 'a.deb');
    await writeFile(path, 'whole');
    const common = { version: '1', architecture: 'all', size: 5, sha256: await hashFile(path) };
    const [here, gone, late] = ['a', 'b', 'c'].map((name) => ({ ...common, name, file: `${name}.deb` }));
    if (!here || !gone || !late) throw new Error('three packages');
    const pool = new Pool(folder);
    expect(await pool.missing([here, gone])).toEqual([gone]);
    const waiting = expect(pool.file(gone)).rejects.toThrow('enough');
    const root = await PrivateRoot.open(join(folder, 'apt'), 'amd64');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(pool.download(root, [here, gone, late], { signal })).rejects.toThrow('enough');
    await waiting;
    await expect(pool.file(late)).rejects.toThrow('enough');
    expect(await pool.file(here)).toBe(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

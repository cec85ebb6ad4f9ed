import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SetUpError } from '../errors.ts';
import { Cache } from './cache.ts';
import { hashSources, hashValue } from './hash.ts';
import { withLock } from './lock.ts';
import { readSealed, writeSealed } from './sealed-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-spec-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('hashValue', () => {
  it('does not depend on the order of keys, but on everything else', () => {
    expect(hashValue({ a: 1, b: ['x', null] })).toBe(hashValue({ b: ['x', null], a: 1 }));
    expect(hashValue(['ab', 'c'])).not.toBe(hashValue(['a', 'bc']));
    expect(hashValue(['a', 'b'])).not.toBe(hashValue(['b', 'a']));
    expect(hashValue('1')).not.toBe(hashValue(1));
  });
});

describe('hashSources', () => {
  it('sees sources and not what a build leaves', async () => {
    await writeFile(join(folder, 'a.c'), '1');
    const before = await hashSources(folder);
    await writeFile(join(folder, 'a.o'), '1');
    await writeFile(join(folder, 'a.mod.c'), '1');
    expect(await hashSources(folder)).toEqual(before);
    await writeFile(join(folder, 'a.c'), '2');
    expect(await hashSources(folder)).not.toEqual(before);
  });
});

describe('sealed files', () => {
  it('reads back what was written, and nothing else', async () => {
    const path = join(folder, 'x.json');
    expect(await readSealed(path)).toBeNull();
    await writeSealed(path, { a: [1, 'two', null] });
    expect(await readSealed(path)).toEqual({ a: [1, 'two', null] });
    const text = await readFile(path, 'utf8');
    for (const damaged of [text.replace('two', 'tow'), text.slice(0, -20), '', 'null', '{"content":1}']) {
      await writeFile(path, damaged);
      expect(await readSealed(path)).toBeNull();
    }
  });
});

describe('Cache', () => {
  const id = { kind: 'kit', key: hashValue('inputs') };
  const build = async (directory: string) => {
    await writeFile(join(directory, 'file'), 'content');
    return ['file'];
  };

  it('makes an artifact whole or not at all', async () => {
    const cache = new Cache(folder);
    expect(await cache.has(id)).toBe(false);
    const failing = async (directory: string): Promise<string[]> => {
      await build(directory);
      throw new Error('no');
    };
    await expect(cache.make(id, failing)).rejects.toThrow('no');
    expect(await cache.has(id)).toBe(false);
    expect(await readdir(cache.path('tmp'))).toEqual([]);
    await cache.make(id, build);
    expect(await cache.has(id, true)).toBe(true);
  });

  it('notices damage: sizes always, content when asked', async () => {
    const cache = new Cache(folder);
    const directory = await cache.make(id, build);
    await writeFile(join(directory, 'file'), 'CONTENT');
    expect([await cache.has(id), await cache.has(id, true)]).toEqual([true, false]);
    await writeFile(join(directory, 'file'), '');
    expect(await cache.has(id)).toBe(false);
    await cache.make(id, build);
    expect(await cache.has(id, true)).toBe(true);
  });

  it('removes what has not been used for long', async () => {
    const cache = new Cache(folder);
    await cache.make(id, build);
    await cache.prune();
    expect(await cache.has(id)).toBe(true);
    await utimes(`${cache.pathOf(id)}.json`, 0, 0);
    await cache.prune();
    expect(await readdir(cache.path('artifacts'))).toEqual([]);
  });

  it('clears what a set-up that died left behind', async () => {
    const cache = new Cache(folder);
    await cache.temporary('left');
    const seen = await cache.exclusively({}, () => readdir(folder));
    expect(seen).not.toContain('tmp');
  });

  it('says which folder cannot be written', async () => {
    await writeFile(join(folder, 'plain'), '');
    const error = await new Cache(join(folder, 'plain/cache'))
      .exclusively({}, async () => {})
      .catch((e) => e);
    expect(error).toBeInstanceOf(SetUpError);
    expect(error).toMatchObject({ code: 'cache-unwritable', remedy: expect.stringContaining('--cache') });
    expect(error.message).toContain(join(folder, 'plain/cache'));
  });
});

describe('withLock', () => {
  const lock = () => join(folder, 'lock');

  it('lets one in after the other, and says who is waited for', async () => {
    const events: string[] = [];
    let waitedFor = 0;
    let isIn = () => {};
    const firstIn = new Promise<void>((resolve) => {
      isIn = resolve;
    });
    let mayLeave = () => {};
    const secondWaits = new Promise<void>((resolve) => {
      mayLeave = resolve;
    });
    const first = withLock(lock(), {}, async () => {
      events.push('first in');
      isIn();
      await secondWaits;
      events.push('first out');
    });
    await firstIn;
    const onWait = ({ pid }: { pid: number }) => {
      waitedFor = pid;
      mayLeave();
    };
    await Promise.all([first, withLock(lock(), { onWait }, async () => void events.push('second in'))]);
    expect(events).toEqual(['first in', 'first out', 'second in']);
    expect(waitedFor).toBe(process.pid);
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes over from a process that died', async () => {
    const owner = await withLock(lock(), {}, () => readFile(lock(), 'utf8')).then((text) => JSON.parse(text));
    const dead = spawnSync('true').pid;
    await writeFile(lock(), JSON.stringify({ ...owner, pid: dead }));
    expect(await withLock(lock(), {}, async () => 'in')).toBe('in');
  });

  it('takes over from a process whose pid another one has now', async () => {
    const owner = await withLock(lock(), {}, () => readFile(lock(), 'utf8')).then((text) => JSON.parse(text));
    await writeFile(lock(), JSON.stringify({ ...owner, started: '1' }));
    expect(await withLock(lock(), {}, async () => 'in')).toBe('in');
  });

  it('trusts an owner it cannot look up until it has been silent for long', async () => {
    await writeFile(lock(), JSON.stringify({ id: 'x', pid: 1, started: '1', world: 'elsewhere' }));
    const waiting = withLock(lock(), { signal: AbortSignal.timeout(300) }, async () => 'in');
    await expect(waiting).rejects.toThrow();
    await utimes(lock(), 0, 0);
    expect(await withLock(lock(), {}, async () => 'in')).toBe('in');
  });

  it('is let go when the body fails', async () => {
    await expect(withLock(lock(), {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await readdir(folder)).toEqual([]);
  });
});

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { STABLE } from '../apt/archive.ts';
import { hostArchitecture } from '../apt/host.ts';
import { findKeyring } from '../apt/keyring.ts';
import type { PackageFile } from '../apt/package-file.ts';
import type { PackageSet } from '../apt/package-set.ts';
import { Cache } from '../cache/cache.ts';
import { hashFile } from '../cache/hash.ts';
import { scriptApt } from '../testing/scripted-apt.ts';
import type { Artifact } from './artifact.ts';
import { ensure } from './ensure.ts';
import type { PackageChanges } from './pin-changes.ts';

let folder = '';
let heard: PackageChanges[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pins-spec-'));
  heard = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** What the archive has today. */
let today = '1';

/** A package of the version the archive has, as if it had been downloaded before. */
async function choose(): Promise<PackageFile[]> {
  const file = `a_${today}_all.deb`;
  const path = join(folder, 'cache/pool', file);
  await mkdir(join(folder, 'cache/pool'), { recursive: true });
  await writeFile(path, today);
  return [{ name: 'a', version: today, architecture: 'all', file, size: 1, sha256: await hashFile(path) }];
}

function setUp({ recipe = 1, refresh = false } = {}) {
  const set: PackageSet = { name: 'set', archive: STABLE, space: 1, recipe: () => recipe, choose };
  const artifact: Artifact = {
    name: 'a',
    description: 'the a',
    space: 1,
    recipe,
    packages: [{ set }],
    build: async (directory, { packages }) => {
      await writeFile(join(directory, 'file'), packages[0]?.version ?? '');
      return ['file'];
    },
  };
  const request = { targets: [artifact], project: null, cache: new Cache(join(folder, 'cache')), refresh };
  const onPackages = (changes: PackageChanges) => heard.push(changes);
  return ensure({ ...request, host: hostArchitecture('x64'), onPackages });
}

describe.skipIf((await findKeyring()) === null)('what is tested with', () => {
  const changed = { set: 'set', changes: [{ name: 'a:all', from: '1', to: '2' }] };
  beforeEach(async () => {
    await scriptApt(folder, 'exit 0');
    today = '1';
    await setUp();
    expect(heard).toEqual([]);
    today = '2';
  });

  it('stays as it is', async () => {
    await rm(join(folder, 'cache/artifacts'), { recursive: true });
    await writeFile(join(folder, 'cache/packages-set-other.json'), '');
    await setUp().catch(() => {});
    expect(heard).toEqual([]);
  });

  it('is another after an update, which says so', async () => {
    await setUp({ refresh: true });
    expect(heard).toEqual([{ ...changed, why: 'update' }]);
    await setUp({ refresh: true });
    expect(heard).toHaveLength(1);
  });

  it('is another with another recipe, and that is said', async () => {
    await setUp({ recipe: 2 });
    expect(heard).toEqual([{ ...changed, why: 'recipe' }]);
  });

  it('is another when the record is damaged, and that is said', async () => {
    const [pins = ''] = (await readdir(join(folder, 'cache'))).filter((name) => name.startsWith('packages-'));
    await writeFile(join(folder, 'cache', pins), '{}');
    await setUp();
    expect(heard).toEqual([{ set: 'set', why: 'recipe', changes: null }]);
  });
});

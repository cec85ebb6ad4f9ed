import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostArchitecture } from '../apt/host.ts';
import { Cache } from '../cache/cache.ts';
import { type Artifact, type BuildContext, inOrder } from './artifact.ts';
import { check } from './check.ts';
import { ensure } from './ensure.ts';
import type { SetUpProgress } from './progress.ts';

/** Sources, by name. */
type Project = Readonly<Record<string, string>>;
type Build = Artifact<Project>['build'];

let folder = '';
let events: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graph-spec-'));
  events = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An artifact that holds its source and all its inputs. */
function artifact(name: string, more: Partial<Artifact<Project>> = {}): Artifact<Project> {
  return {
    name,
    description: `the ${name}`,
    space: 1000,
    sources: async (project) => project[name] ?? null,
    build: async (directory, context) => {
      events.push(`${name} begins`);
      const parts = await Promise.all((more.inputs ?? []).map((one) => contentOf(one, context)));
      await writeFile(join(directory, 'file'), [context.project[name] ?? '', ...parts].join(' '));
      events.push(`${name} ends`);
      return ['file'];
    },
    ...more,
  };
}

async function contentOf(one: Artifact<Project>, { input }: BuildContext<Project>): Promise<string> {
  return readFile(join(await input(one), 'file'), 'utf8');
}

function request(targets: readonly Artifact<Project>[], project: Project = {}) {
  return { targets, project, cache: new Cache(folder), host: hostArchitecture('x64') };
}

const a = artifact('a');
const b = artifact('b', { inputs: [a] });
const c = artifact('c', { inputs: [a] });
const d = artifact('d', { inputs: [b, c] });
const SOURCES = { a: 'A', b: 'B', c: 'C', d: 'D' };

const begun = () => events.filter((one) => one.endsWith('begins')).map((one) => one.split(' ')[0]);

describe('inOrder', () => {
  it('puts each after its inputs, once', () => {
    expect(inOrder([d, b]).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('ensure', () => {
  it('makes each from its inputs, then finds all there', async () => {
    const progress: SetUpProgress[] = [];
    const onProgress = (one: SetUpProgress) => progress.push(one);
    const plan = await ensure({ ...request([d], SOURCES), onProgress });
    expect(await readFile(join(plan.folderOf(d), 'file'), 'utf8')).toBe('D B A C A');
    expect(begun().sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(progress.at(-1)).toEqual({ step: 1, steps: 1, label: 'Unpacking and building', fraction: 1 });
    events = [];
    expect((await ensure(request([d], SOURCES))).folderOf(d)).toBe(plan.folderOf(d));
    expect(events).toEqual([]);
  });

  it.each([
    ['a', ['a', 'b', 'c', 'd']],
    ['c', ['c', 'd']],
    ['d', ['d']],
  ])('makes anew what a change of the source of %s reaches, and nothing else', async (name, names) => {
    await ensure(request([d], SOURCES));
    events = [];
    const plan = await ensure(request([d], { ...SOURCES, [name]: 'new' }));
    expect(begun().sort()).toEqual(names);
    expect(await readFile(join(plan.folderOf(d), 'file'), 'utf8')).toContain('new');
  });

  it('makes anew what another recipe makes', async () => {
    const first = await ensure(request([artifact('e', { recipe: 1 })]));
    const second = await ensure(request([artifact('e', { recipe: 2 })]));
    expect(begun()).toEqual(['e', 'e']);
    expect(second.folderOf(second.request.targets[0] ?? d)).not.toBe(
      first.folderOf(first.request.targets[0] ?? d),
    );
  });

  it('leaves alone what a target that is there was made from', async () => {
    const plan = await ensure(request([d], SOURCES));
    await rm(plan.folderOf(a), { recursive: true });
    events = [];
    await ensure(request([d], SOURCES));
    expect(events).toEqual([]);
    await ensure(request([d], { ...SOURCES, d: 'new' }));
    expect(begun()).toEqual(['d']);
  });

  it('makes what is damaged again', async () => {
    const plan = await ensure(request([d], SOURCES));
    await writeFile(join(plan.folderOf(d), 'file'), '');
    events = [];
    await ensure(request([d], SOURCES));
    expect(begun()).toEqual(['d']);
  });

  it('builds side by side, but at one place one after the other and with all inputs there', async () => {
    let together = 0;
    let most = 0;
    const build: Build = async (directory) => {
      most = Math.max(most, ++together);
      await sleep(20);
      together--;
      await writeFile(join(directory, 'file'), '');
      return ['file'];
    };
    const parts = ['x', 'y'].map((name) => artifact(name, { inputs: [a], build }));
    await ensure(request(parts, SOURCES));
    expect(most).toBe(2);
    most = 0;
    const first = artifact('first', { inputs: [a], workplace: a, build });
    const last = artifact('last', { inputs: [a, first], workplace: a, build });
    // Listed before what it is made from: it must not take its turn and then wait.
    await ensure(request([last, first, artifact('other', { inputs: [a], workplace: a, build })], SOURCES));
    expect(most).toBe(1);
  });

  it('ends all with the first failure, keeps what was made and cleans up', async () => {
    let aborted = false;
    const slow = artifact('slow', {
      build: async (_, { signal, scratch }) => {
        await mkdir(join(await scratch(), 'x'));
        await sleep(20_000, undefined, { signal }).catch(() => {
          aborted = true;
        });
        throw new Error('ended by the failure of another');
      },
    });
    const failing = artifact('failing', {
      inputs: [a],
      build: async (_, { input }) => {
        await input(a);
        throw new Error('no');
      },
    });
    const after = artifact('after', { inputs: [failing] });
    await expect(ensure(request([slow, after], SOURCES))).rejects.toThrow(/^no$/);
    expect(aborted).toBe(true);
    expect(begun().sort()).toEqual(['a', 'after']);
    expect(events).not.toContain('after ends');
    expect((await readdir(folder)).sort()).toEqual(['artifacts']);
    expect((await readdir(join(folder, 'artifacts'))).every((name) => name.startsWith('a-'))).toBe(true);
  });

  it('waits for nobody who does not end, and gives the lock back', async () => {
    const deaf = artifact('deaf', { build: () => new Promise(() => {}) });
    const failing = artifact('failing', { build: async () => Promise.reject(new Error('no')) });
    const both = { ...request([deaf, failing]), graceMs: 100 };
    await expect(ensure(both)).rejects.toThrow(/^no$/);
    expect(await readdir(folder)).not.toContain('lock');
  });

  it('keeps nothing that was made while its sources changed', async () => {
    const project: Record<string, string> = { torn: 'old' };
    const torn = artifact('torn', {
      build: async (directory) => {
        await writeFile(join(directory, 'file'), project['torn'] ?? '');
        project['torn'] = 'new';
        return ['file'];
      },
    });
    await expect(ensure(request([torn], project))).rejects.toThrow(
      'Sources of the torn have changed while it was made.',
    );
    const plan = await ensure(request([artifact('torn')], project));
    expect(await readFile(join(plan.folderOf(plan.artifacts[0] ?? torn), 'file'), 'utf8')).toBe('new');
  });

  it('begins nothing that the disk has no room for', async () => {
    const huge = artifact('huge', { space: 2 ** 60 });
    await expect(ensure(request([huge]))).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(
        /^Set-up needs 1048576 TiB on the disk that holds .*; .* are free there\.$/,
      ),
    });
    expect(begun()).toEqual([]);
  });

  it('ends when it is aborted, with the reason', async () => {
    const controller = new AbortController();
    const endless = artifact('endless', {
      build: async (_, { signal }) => {
        controller.abort(new Error('enough'));
        await sleep(20_000, undefined, { signal });
        return [];
      },
    });
    const later = artifact('later', { inputs: [endless], workplace: endless });
    await expect(ensure({ ...request([later]), signal: controller.signal })).rejects.toThrow('enough');
    expect(begun()).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual([]);
  });
});

describe('check', () => {
  it('says what is ready, outdated, damaged and missing', async () => {
    const states = async (project: Project) => (await check(request([d], project))).map(({ state }) => state);
    expect(await states(SOURCES)).toEqual(['missing']);
    const plan = await ensure(request([d], SOURCES));
    expect(await states(SOURCES)).toEqual(['ready']);
    expect(await states({ ...SOURCES, a: 'new' })).toEqual(['outdated']);
    await writeFile(join(plan.folderOf(d), 'file'), 'D B A C Z');
    expect(await check(request([d], SOURCES))).toMatchObject([
      { state: 'missing', detail: `damaged: ${plan.folderOf(d)}` },
    ]);
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsFor } from './needs.ts';
import { readSourceKernel } from './source.ts';

/** The fragments that there are. */
const FRAGMENTS = resolve(import.meta.dirname, '../../../guest/native/kernel');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-kernel-'));
  writeFileSync(join(folder, 'my.config'), 'CONFIG_FOO=y\n');
  writeFileSync(join(folder, 'c++.config'), 'CONFIG_BAR=m\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (asked: string) => readSourceKernel(asked, FRAGMENTS);
const names = async (asked: string) => (await read(asked)).fragments.map(({ name }) => name);

describe('source:', () => {
  it('is a series with fragments, each after what all guests need', async () => {
    const kernel = await read('source:7.3+small+kasan');
    expect(kernel).toMatchObject({ series: '7.3', base: ['tinyconfig'], suffix: '-small-kasan' });
    expect(kernel.archive.folder).toBe('apt');
    expect(kernel.fragments.map(({ name }) => name)).toEqual(['guest', 'small', 'kasan']);
  });

  it("is arm64's defconfig without modules where nothing says small", async () => {
    expect(await read('source:6.12')).toMatchObject({ base: ['defconfig', 'mod2noconfig'], suffix: '' });
  });

  it('comes from the release of Debian that has it', async () => {
    expect((await read('source:6.1+small')).archive.folder).toBe('apt-bookworm');
  });

  it('takes files of the user, also where a path has a + in it', async () => {
    const [mine, plus] = [join(folder, 'my.config'), join(folder, 'c++.config')];
    expect(await names(`source:7.3+${mine}+${plus}+small`)).toEqual(['guest', mine, plus, 'small']);
    expect((await read(`source:7.3+${plus}`)).suffix).toBe('-c__');
  });

  it('has a suffix that a release has room for', async () => {
    const { suffix } = await read('source:7.3+small+kasan+lockdep+64k+iommufd+lab');
    expect(suffix.length).toBeLessThanOrEqual(40);
  });

  it.each([
    ['source:', 'names no series'],
    ['source:7', 'names no series'],
    ['source:7.3.4', 'names no series'],
    ['source:sid', 'names no series'],
    ['source:7.3+smal', 'no fragment "smal"'],
    ['source:7.3+', 'no fragment ""'],
    ['source:7.3+guest+small', 'no fragment "guest"'],
    ['source:7.3+small+small', '"small" twice'],
    ['source:7.3+constructor', 'no fragment "constructor"'],
    ['source:7.3+..', 'no fragment ".."'],
  ])('%s is refused', async (asked, message) => {
    await expect(read(asked)).rejects.toMatchObject({
      code: 'kernel-unknown',
      message: expect.stringContaining(message),
    });
  });

  it('names the fragments that there are, and the one that may be meant', async () => {
    await expect(read('source:7.3+kasna')).rejects.toMatchObject({
      remedy: expect.stringMatching(/64k, iommufd, kasan, lab, lockdep, small;.*Did you mean "kasan"\?$/),
    });
    await expect(read('source:7.3+qwertyuiop')).rejects.toMatchObject({
      remedy: expect.not.stringContaining('Did you mean'),
    });
  });

  it.each(['./nowhere.config', '/', '~/../../nowhere/x.config'])('%s is no file', async (path) => {
    await expect(read(`source:7.3+${path}`)).rejects.toMatchObject({ code: 'file-missing' });
  });
});

describe('the fragments that there are', () => {
  const files = readdirSync(FRAGMENTS);

  it.each(files)('%s says on top what it is for', (file) => {
    expect(file).toMatch(/^[a-z0-9]+\.config$/);
    const [licence, comment] = readFileSync(join(FRAGMENTS, file), 'utf8').split('\n');
    expect(licence).toBe('# SPDX-License-Identifier: Apache-2.0');
    expect(comment).toMatch(/^# \w.{20,}/);
  });

  it('go together', async () => {
    const all = files.map((file) => file.replace('.config', '')).filter((name) => name !== 'guest');
    const { fragments } = await read(`source:7.3+${all.join('+')}`);
    const values = new Map<string, string>();
    for (const { name, settings } of fragments)
      for (const [option, { value }] of settings) {
        expect(values.get(option) ?? value, `${option} of ${name}`).toBe(value);
        values.set(option, value);
      }
  });

  it.each(['guest', 'lab'] as const)('%s has what is asked of a kernel for it', async (who) => {
    const { fragments } = await read(who === 'lab' ? 'source:7.3+lab' : 'source:7.3');
    const settings = fragments.find(({ name }) => name === who)?.settings;
    for (const [option, value] of settingsFor(who)) expect(settings?.get(option)?.value, option).toBe(value);
  });
});

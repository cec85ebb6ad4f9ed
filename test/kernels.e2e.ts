import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coordinator } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { builtFile } from './support/kit.ts';

const runs = freshRuns();
let folder = '';
let image = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kernels-'));
  image = join(folder, 'Image');
  copyFileSync(builtFile('kernel'), image);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('several kernels', () => {
  it('have guests of their own in one run, side by side at its end', async () => {
    const kernels = ['--kernel', 'debian', '--kernel', image];
    const { ended, report } = await runs.test('--guests', '1', '--plan', 'page', '--jobs', '2', ...kernels);
    expect(ended.code, ended.told).toBe(0);
    expect(report.kernels?.map(({ name, guests }) => [name, guests])).toEqual([
      ['debian', ['guest-1']],
      [image, ['guest-2']],
    ]);
    const [first, second] = report.guests;
    expect(first?.vmm_command).not.toContain(image);
    expect(second?.vmm_command).toContain(image);
    expect(second?.kernel).toBe(first?.kernel);
  });
});

describe('a kernel in which guests could not work', () => {
  /** A build tree in which only the Image and the configuration are there. */
  const tree = (config: string): string => {
    const path = join(folder, 'tree');
    mkdirSync(join(path, 'include/config'), { recursive: true });
    mkdirSync(join(path, 'arch/arm64/boot'), { recursive: true });
    copyFileSync(image, join(path, 'arch/arm64/boot/Image'));
    writeFileSync(join(path, 'include/config/kernel.release'), '7.3.0-rc1\n');
    writeFileSync(join(path, 'include/config/auto.conf'), config);
    return path;
  };

  it('is refused by what it lacks, which is no verdict for git bisect', async () => {
    const kernel = tree('CONFIG_MODULES=y\nCONFIG_PCI_MSI=y\n');
    const plain = await coordinator('test', '--kernel', kernel);
    expect(plain.stderr).toMatch(
      /The kernel 7\.3\.0-rc1 lacks .*CONFIG_ARM_GIC_V3_ITS.*CONFIG_9P_FS.*every guest/,
    );
    expect(plain.stderr).not.toContain('CONFIG_PCI_MSI');
    expect(plain.code).toBe(4);
    expect((await coordinator('test', '--bisect', '--kernel', kernel)).code).toBe(125);
  });
});

describe('a kernel that cannot be built', () => {
  it.each([
    [['test', '--kernel', 'source:7.3+smal'], 2, 'no fragment "smal"', 'Did you mean "small"?'],
    [['setup', '--kernel', 'source:7.3+./nowhere.config'], 2, './nowhere.config cannot be read', 'path'],
    [['kernel', 'build', 'debian:7.3', '-o', './x'], 2, 'nothing to build a kernel from', 'source:7.3+small'],
    [['kernel', 'build', 'source:7.3+small', '-o', '.'], 2, 'is not empty', '--output'],
  ])('is refused at once: %s', async (words, code, message, remedy) => {
    const ended = await coordinator(...words);
    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).toContain(remedy);
  });

  it('is refused to the lab where nothing is known of it', async () => {
    const ended = await coordinator('lab', 'up', '--kernel', image);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain('The lab needs more of a kernel than the Image');
  });
});

describe('--bisect', () => {
  it('blames a kernel that panics', async () => {
    const { ended } = await runs.test('--bisect', '--start', 'cold', '--append', 'rdinit=/nowhere');
    expect(ended.code, ended.told).toBe(1);
  });

  it('stops a bisection over a wrong option', async () => {
    expect((await coordinator('test', '--bisect', '--kernl', image)).code).toBe(128);
  });
});

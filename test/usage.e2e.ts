import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Coordinator, coordinator } from './support/coordinator.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'usage-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('usage errors end with status 2, one clear sentence, and nothing on stdout', () => {
  it.each([
    ['no guests', ['test', '--guests', '0'], /--guests <n>.*Give a whole number from 1 to 4096/],
    ['a word for a number', ['test', '--guests', 'x'], /--guests <n>.*Give a whole number from 1 to 4096/],
    ['an unknown reporter', ['test', '--reporter', 'jsun'], /no reporter "jsun".*did you mean "json"/],
    [
      'two reporters on stdout',
      ['test', '--reporter', 'json=-', '--reporter', 'tap=-'],
      /both write to standard output/,
    ],
    ['an unknown option', ['test', '--gusts', '2'], /unknown option '--gusts'[\s\S]*--guests/],
    ['an unknown command', ['tset'], /unknown command 'tset'[\s\S]*test/],
    ['a bad duration', ['test', '--timeout', 'soon'], /"soon" is not a duration/],
    ['a platform that is none', ['test', '--platform', 'cloud'], /--platform.*Allowed choices/],
    ['a plan that is not there', ['test', '--plan', 'nowhere.yaml'], /plan nowhere.yaml cannot be read/],
    ['a kernel that is not there', ['test', '--kernel', '/nowhere/Image'], /\/nowhere\/Image/],
    ['a kernel that is none', ['test', '--kernel', '/etc/passwd'], /\/etc\/passwd is no arm64 kernel/],
    [
      'an IOMMU outside the lab',
      ['test', '--iommu', 'smmuv3', '--platform', 'virtual'],
      /--iommu chooses the IOMMU/,
    ],
    [
      'a kvmtool for QEMU',
      ['test', '--lkvm', '/bin/ls'],
      /--lkvm names a kvmtool, and guests run under QEMU/,
    ],
    ['a variation of no seed', ['test', '--vary', 'all'], /--vary says what a seed changes/],
    ['a rate of no faults', ['stress', '--rounds', '1', '--chaos-rate', '5%'], /--chaos-rate says how often/],
    ['NVMe under kvmtool', ['test', '--exerciser', 'nvme', '--vmm', 'lkvm'], /never becomes ready/],
    [
      'more memory than the lab has',
      ['test', '--platform', 'lab', '--memory', '16G'],
      /needs 16384 MiB at once, and the lab has 2304 MiB/,
    ],
    [
      'a kvmtool that is a folder',
      ['test', '--platform', 'lab', '--vmm', 'lkvm', '--lkvm', '/tmp'],
      /\/tmp is no file, so it is no kvmtool/,
    ],
    [
      'a program for another machine, or another one',
      ['test', '--platform', 'lab', '--vmm', 'lkvm', '--lkvm', process.execPath],
      /is a program for x86-64, and the lab runs those for arm64|is no kvmtool/,
    ],
    ['a page nowhere', ['test', '--serve', 'x:y'], /--serve: "x:y" is not \[HOST:\]PORT\n {2}→ write/],
    ['a page at no port', ['serve', '--listen', '127.0.0.1'], /--listen: "127.0.0.1" is not \[HOST:\]PORT/],
    ['a run that is not there', ['report', 'x', '--runs', '/nowhere'], /no run "x"/],
    ['a comparison in a format of one run', ['report', 'x', 'y', '-r', 'tap'], /cannot be written as tap/],
    ['a pruning that says not what to keep', ['history', 'prune'], /--keep-runs/],
    ['a rule that is none', ['history', 'prune', '--keep-runs', '90 days'], /100, 90d or 12h/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await coordinator(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/internal error|\n\s+at /);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('takes kvmtool for the lab from the environment too', async () => {
    const { ended } = new Coordinator(['test', '--platform', 'lab', '--vmm', 'lkvm'], {
      env: { COORDINATOR_LKVM: '/nowhere/lkvm' },
    });
    expect(await ended).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/\/nowhere\/lkvm is not there/),
    });
  });

  it('names the line and column of what is wrong with a plan', async () => {
    const plan = file('plan.yaml', 'version: 1\ntests:\n  - mode: memcpy\n    size: huge\n');
    const { code, stderr } = await coordinator('test', '--plan', plan);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`${plan}:4:11: tests[0].size: "huge" is not a size`),
    ]);
  });

  it('names the line and column of what is wrong with a configuration', async () => {
    const config = file('config.yaml', 'guests: 2\nspeed: high\n');
    const { code, stderr } = await coordinator('test', '--config', config);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${config}:2:1: there is no option "speed"`)]);
  });
});

describe('a configuration that is found', () => {
  const here = (...args: string[]) => new Coordinator(args, { cwd: folder }).ended;
  const list = ['test', '--list'];
  afterEach(() => rmSync(join(folder, 'coordinator.yaml')));

  it('counts where it is, unless the command line says otherwise', async () => {
    file('coordinator.yaml', 'plan: page\nrounds: 4\nrepeat: 2\n');
    const { code, stdout } = await here(...list);
    expect([code, stdout.match(/memcpy\/0x100/g)]).toEqual([0, Array(2).fill('memcpy/0x100')]);
    expect((await here(...list, '--repeat', '3')).stdout.match(/memcpy\/0x100/g)).toHaveLength(3);
    expect((await here(...list, '--no-config')).stdout).toContain('fault-foreign-write');
    expect((await here(...list, '--config', file('other.yaml', 'plan: isolation\n'))).stdout).toContain(
      'readonly',
    );
  });

  it('does not count when somebody may have slipped it in', async () => {
    const real = file('real.yaml', 'qemu: /tmp/evil\n');
    symlinkSync(real, join(folder, 'coordinator.yaml'));
    const { code, stderr } = await here(...list);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/is no regular file\n {2}→ .*--no-config/)]);
    expect((await here(...list, '--no-config')).code).toBe(0);
    rmSync(join(folder, 'coordinator.yaml'));
    if (process.getuid?.() !== 0) return;
    chownSync(file('coordinator.yaml', 'qemu: /tmp/evil\n'), 65534, 65534);
    expect((await here(...list)).stderr).toMatch(/it belongs to another user/);
  });
});

describe('what the machine lacks ends with status 4 and a remedy', () => {
  it('a cache that cannot be written', async () => {
    const cache = file('not-a-folder', '');
    const { code, stderr } = await coordinator('setup', '--cache', join(cache, 'inside'));
    expect(stderr).toMatch(/cannot be written[\s\S]*→ .*--cache/);
    expect(code).toBe(4);
  });

  it('a run folder that cannot be made', async () => {
    const runs = join(file('also-no-folder', ''), 'runs');
    const { code, stderr } = await coordinator('test', '--runs', runs);
    expect(stderr).toMatch(/→ .*--runs/);
    expect(code).toBe(4);
  });

  it('a QEMU that is none', async () => {
    const { code, stderr } = await coordinator('test', '--qemu', '/bin/true');
    expect(stderr).toMatch(/\/bin\/true/);
    expect(code).toBe(4);
  });

  it('a runtime folder that belongs to others', async () => {
    const runtime = join(folder, 'runtime');
    mkdirSync(join(runtime, `coordinator-${process.getuid?.()}`), { recursive: true, mode: 0o777 });
    const { code, stderr } = await new Coordinator(['test', '--runs', join(folder, 'runs')], {
      env: { XDG_RUNTIME_DIR: runtime },
    }).ended;
    expect(stderr).toMatch(/cannot be used: it is not a folder of this user alone/);
    expect(code).toBe(4);
  });
});

describe('help', () => {
  it.each([
    [[]],
    [['test']],
    [['setup']],
    [['devices']],
    [['guests']],
    [['restore']],
    [['report']],
    [['history']],
    [['history', 'prune']],
  ])('%j --help', async (command) => {
    const { code, stdout, stderr } = await coordinator(...command, '--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: coordinator/);
  });
});

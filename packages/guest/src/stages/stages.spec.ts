import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AGENT_VERSION, countCpus, memoryBytes } from '../agent/hello.ts';
import { mount } from '../agent/mount.ts';
import { loadNode } from '../runtime/node.ts';
import { GuestSystem } from '../system/guest-system.ts';
import { GuestTree } from '../testing/guest-tree.ts';
import { wholeLines } from './interrupts.ts';

describe('hello', () => {
  it('tells the version of the package', () => {
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    expect(AGENT_VERSION).toBe(JSON.parse(manifest).version);
  });

  it.each([
    ['0', 1],
    ['0-3', 4],
    ['0-1,4,6-7', 5],
    ['', 1],
    ['7-2', 1],
  ])('counts the CPUs of "%s": %i', (list, cpus) => expect(countCpus(list)).toBe(cpus));

  it('reads the size of the memory', () => {
    expect(memoryBytes('MemTotal:         220360 kB\nMemFree: 1 kB\n')).toBe(220360 * 1024);
    expect(memoryBytes('')).toBe(0);
  });
});

it('cuts /proc/interrupts at the end of a line', () => {
  expect(wholeLines('abc\ndef\n', 8)).toBe('abc\ndef\n');
  expect(wholeLines('abc\ndef\n', 7)).toBe('abc\n');
  expect(wholeLines('abc\ndef\n', 4)).toBe('abc\n');
  expect(wholeLines('abc\ndef\n', 3)).toBe('');
});

describe('mount', async () => {
  const runtime = await loadNode();

  it('takes the share as it is when it is mounted', async () => {
    using tree = new GuestTree();
    tree.file('proc/mounts', 'tmpfs /run tmpfs rw 0 0\nresults /run/coordinator 9p rw,sync 0 0\n');
    tree.script('bin/mount', 'exit 1');
    const folder = await mount(new GuestSystem(runtime, tree.root), runtime.clock, 'results');
    expect(folder).toBe(`${tree.root}/run/coordinator`);
  });

  it('takes a share that is mounted while it tries', async () => {
    using tree = new GuestTree();
    tree.file('proc/mounts', '');
    tree.script(
      'bin/mount',
      `echo "results /run/coordinator 9p rw 0 0" > ${tree.root}/proc/mounts; echo busy >&2; exit 32`,
    );
    const folder = await mount(new GuestSystem(runtime, tree.root), runtime.clock, 'results');
    expect(folder).toBe(`${tree.root}/run/coordinator`);
  });

  it('says what mount said when the share does not appear in five seconds', async () => {
    using tree = new GuestTree();
    tree.script('bin/mount', 'echo "mount: no such tag" >&2; exit 32');
    let now = 0;
    const clock = {
      ...runtime.clock,
      now: () => now,
      sleep: async (delay: number) => {
        now += delay;
      },
    };
    await expect(mount(new GuestSystem(runtime, tree.root), clock, 'results')).rejects.toThrow(
      'no 9p share with the tag results: mount: no such tag',
    );
    expect(now).toBeGreaterThanOrEqual(5000);
    expect(now).toBeLessThan(11_000);
  });
});

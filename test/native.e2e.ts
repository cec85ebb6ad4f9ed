import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findSdk } from '@coordinator/image';
import { expect, it, vi } from 'vitest';
import { decodeFrames } from '../packages/host/src/trace/decode.ts';
import { RunsFolder } from './support/coordinator.ts';
import { AlteredKit } from './support/kit.ts';
import { buildNative, buildVmlinux } from './support/native.ts';

/** The tests of native code that needs no device, built by the compiler that set-up fetched, run in a guest. */

it('the tool tells every way in which data can be wrong', async () => {
  const program = await buildNative('exerciser/smmute/tool', 'smmute-check', [
    'HOST_CC=aarch64-linux-gnu-gcc',
    'SANITIZE=-static',
  ]);
  const kit = new AlteredKit({
    // In place of the tool, since a test may take as long as its plan says.
    smmute: `#!/bin/sh
/mnt/smmute-check >/run/coordinator/check.ktap 2>/dev/null
echo "exit $?" >>/run/coordinator/check.ktap
`,
  });
  const runs = new RunsFolder();
  try {
    copyFileSync(program, join(kit.path, 'smmute-check'));
    const { report, guest } = await runs.test(
      ...[
        '--share',
        kit.path,
        '--plan',
        join(import.meta.dirname, 'plans/patient.yaml'),
        '--timeout',
        '30m',
        '--keep',
      ],
    );
    const ktap = readFileSync(join(runs.path, report.run, guest.id, 'share/check.ktap'), 'utf8');
    const planned = Number(/^1\.\.(\d+)$/m.exec(ktap)?.[1]);
    expect(planned, ktap).toBeGreaterThan(100);
    expect(ktap.match(/^ok /gm)).toHaveLength(planned);
    expect(ktap).not.toMatch(/^not ok /m);
    expect(ktap).toMatch(/\nexit 0\n$/);
  } finally {
    runs.remove();
    kit.remove();
    rmSync(resolve(program, '..'), { recursive: true, force: true });
  }
});

it('frames of a crash are looked up in what the compiler tells debuggers', async () => {
  const vmlinux = await buildVmlinux();
  const sdk = await findSdk();
  // No tools but those of the tree.
  vi.stubEnv('PATH', '/nowhere');
  try {
    const [nm = '', ...before] = sdk?.command('usr/bin/aarch64-linux-gnu-nm') ?? [];
    const listed = execFileSync(nm, [...before, '-S', vmlinux], { encoding: 'utf8' });
    const sizeOf = (name: string) =>
      Number.parseInt(listed.match(` ([0-9a-f]{16}) . ${name}\n`)?.[1] ?? '', 16);
    const frame = (name: string, offset: number, size = sizeOf(name)) =>
      `${name}+0x${offset.toString(16)}/0x${size.toString(16)}`;
    const [first, inlined, other] = [
      frame('sysrq_handle_crash', 0),
      frame('write_sysrq_trigger', 8),
      frame('helper', 4),
    ];
    const wrong = frame('helper', 4, sizeOf('helper') + 64);
    const places = await decodeFrames(vmlinux, [
      [first, inlined, wrong, 'f+0x1/0x2 [smmute]'],
      [other, first],
    ]);
    expect([...places.keys()]).toEqual([first, inlined, other]);
    expect(places.get(first)).toMatch(/^drivers\/sysrq\.c:[5-7]$/);
    expect(places.get(inlined)).toMatch(/^drivers\/sysrq\.c:1[0-8]$/);
    expect(places.get(other)).toMatch(/^kernel\/helper\.c:3$/);
    // Where a call goes on is behind it: what is told is the line of the call.
    const offsets = Array.from(
      { length: sizeOf('write_sysrq_trigger') / 4 - 1 },
      (_, index) => 4 * index + 4,
    );
    const at = (offset: number) => frame('write_sysrq_trigger', offset);
    const calls = await decodeFrames(vmlinux, [[first, ...offsets.map(at)]]);
    const exact = await decodeFrames(vmlinux, [[at(0)], ...offsets.map((offset) => [at(offset)])]);
    expect(new Set(exact.values()).size).toBeGreaterThan(3);
    for (const offset of offsets) expect(calls.get(at(offset))).toBe(exact.get(at(offset - 4)));
    await expect(decodeFrames(import.meta.filename, [[first]])).rejects.toThrow(/cannot be looked up/);
  } finally {
    vi.unstubAllEnvs();
    rmSync(resolve(vmlinux, '..'), { recursive: true, force: true });
  }
});

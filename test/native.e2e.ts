import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { RunsFolder } from './support/coordinator.ts';
import { AlteredKit } from './support/kit.ts';
import { buildNative } from './support/native.ts';

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

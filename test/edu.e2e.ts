import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshRuns } from './support/fresh-runs.ts';
import { expectMessages, expectPassed } from './support/guest-tests.ts';
import { AlteredKit } from './support/kit.ts';

const runs = freshRuns();

describe('coordinator test --exerciser edu', () => {
  it("has two guests copy to their device's buffer and back, with an interrupt for each DMA", async () => {
    const { ended, report } = await runs.test('--guests', '2', '--exerciser', 'edu');
    expect(ended.code, ended.told).toBe(0);
    expect(report).toMatchObject({ outcome: 'pass', exerciser: 'edu', plan: 'edu' });
    expect(report.guests).toHaveLength(2);
    for (const guest of report.guests) {
      expect(guest.device).toMatchObject({ driver: 'edu', node: '/dev/edu0' });
      expectPassed(guest, {
        ...{ probe: 0, 'roundtrip/0x1000': 4, 'roundtrip/0x38': 4 },
        ...{ 'upload/0x400': 4, 'download/0x400': 4, interrupts: 0 },
      });
      const [row, ...others] = guest.interrupts?.rows ?? [];
      expect(others).toEqual([]);
      expect(row).toMatchObject({ action: guest.device.guest_bdf });
      expect(row?.chip).toContain('MSI');
      expect(row?.delta.reduce((sum, count) => sum + count, 0)).toBe(2 * (4 + 4) + 4 + 4);
    }
  });

  it('does not believe a tool that moved nothing, nor data that are not those that were left', async () => {
    const plan = join(runs.path, 'plan.yaml');
    writeFileSync(
      plan,
      'exerciser: edu\ntests:\n- {mode: upload, seed: 1}\n- {mode: download, seed: 2}\n- {mode: upload, size: 8, seed: 9}\n',
    );
    const result =
      'Result:\\n- transaction          = 1\\n- status               = 0 Success\\n- value                = 0x1\\n- duration             = 5 us\\n';
    const kit = new AlteredKit({});
    try {
      kit.wrap('edudma', `case "$*" in *0x9*) printf '${result}' ;; *) exec "$real" "$@" ;; esac`);
      const { ended, guest } = await runs.test('--plan', plan, '--share', kit.path);
      expect(ended.code).toBe(1);
      expectMessages(guest, {
        ...{ probe: null, 'upload/0x1000': null },
        'download/0x1000': expect.stringMatching(
          /status 1 after 1 of 1 result: edudma: .*wrong from offset 0x0/,
        ),
        ...{ 'upload/0x8': 'no interrupt for 1 DMAs', interrupts: null },
      });
    } finally {
      kit.remove();
    }
  });

  it('says so where the kit has no driver', async () => {
    const kit = new AlteredKit({});
    try {
      rmSync(join(kit.path, 'modules'), { recursive: true });
      const { ended, guest } = await runs.test('--exerciser', 'edu', '--share', kit.path);
      expect(ended.code).toBe(1);
      expect(guest.tests[0]).toMatchObject({
        ...{ name: 'probe', outcome: 'fail' },
        message: expect.stringMatching(/bound to no driver: .*the kit has no modules\/.*\/edu\.ko$/),
      });
    } finally {
      kit.remove();
    }
  });
});

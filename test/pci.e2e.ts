import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coordinator } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { expectMessages } from './support/guest-tests.ts';

/** Programs and plans of ours, as a user would bring them: see each. */
const files = resolve(import.meta.dirname, 'programs');
const planNamed = (name: string) => resolve(import.meta.dirname, 'plans', name);

const runs = freshRuns();

function plan(fields: string, ...tests: readonly string[]): string {
  const file = join(runs.path, 'plan.yaml');
  writeFileSync(file, `exerciser: pci\n${fields}\ntests:\n${tests.map((test) => `  - ${test}\n`).join('')}`);
  return file;
}

const EDU = 'device: { qemu: "edu,dma_mask=0xffffffffffffffff" }';
const copies = `run: [sh, -c, 'exec edudma -m rw -s 0x1000 -n 4 -c "$COORDINATOR_NODE"']`;

describe('coordinator test with a plan for any PCI function', () => {
  it("has two guests load the kernel's driver for a function of QEMU's, which then does DMA", async () => {
    const { ended, report } = await runs.test(
      ...['--guests', '2', '--plan', planNamed('igb.yaml'), '--files', files, '--start', 'cold'],
    );
    expect(ended.code, ended.told).toBe(0);
    expect(report).toMatchObject({ outcome: 'pass', exerciser: 'pci', plan: 'igb' });
    expect(report.guests).toHaveLength(2);
    for (const guest of report.guests) {
      expect(guest.device).toMatchObject({ driver: 'igb', host_bdf: null });
      expect(guest.tests.map(({ name, outcome }) => [name, outcome])).toEqual([
        ['probe', 'pass'],
        ['igb.sh', 'pass'],
        ['igb.sh/up', 'pass'],
        ['igb.sh/sends', 'pass'],
        ['interrupts', 'pass'],
      ]);
      // Names that the driver chose, and the function's vectors none the less.
      const rows = guest.interrupts?.rows ?? [];
      expect(rows.length).toBeGreaterThan(1);
      for (const { action, chip } of rows) {
        expect(action).toMatch(/^eth\d/);
        expect(chip).toContain(guest.device.guest_bdf);
      }
      expect(guest.interrupts?.device_total).toBeGreaterThan(0);
    }
  });

  it('counts the interrupts of a function that was plugged into a restored guest', async () => {
    const tests = [
      `{ ${copies}, name: exactly, interrupts: 8 }`,
      `{ ${copies}, name: too-many, interrupts: 7 }`,
      `{ ${copies}, name: too-few, interrupts: at-least 9 }`,
      '{ run: [test, -c, /dev/edu0], name: idle, interrupts: none }',
    ];
    const { ended, guest } = await runs.test('--plan', plan(`${EDU}\ndriver: edu`, ...tests));
    expect(ended.code, ended.told).toBe(1);
    expect(guest.start).toBe('snapshot');
    expect(guest.device).toMatchObject({ driver: 'edu', node: '/dev/edu0' });
    expectMessages(guest, {
      ...{ probe: null, exactly: null },
      'too-many': '8 interrupts, where the plan allows 7',
      'too-few': '8 interrupts, of which the plan has 9 at least',
      ...{ idle: null, interrupts: null },
    });
  });

  it('finds no pass where the plan wants another driver', async () => {
    const { ended, guest } = await runs.test(
      ...['--plan', plan(`${EDU}\ndriver: smmute-pci`, '{ run: ["true"] }')],
    );
    expect(ended.code, ended.told).toBe(1);
    expect(guest.tests.slice(0, 2)).toMatchObject([
      {
        ...{ name: 'probe', outcome: 'fail' },
        message: expect.stringMatching(/^function \S+ is bound to edu, not to smmute-pci/),
      },
      { name: 'true', outcome: 'skip', message: 'probe failed' },
    ]);
  });

  it.each([
    ['a plan', ['--exerciser', 'pci'], '--exerciser pci needs a plan'],
    ['a function of QEMU', ['--plan', 'id'], 'the plan names none'],
  ])('says what is missing: %s', async (_, options, why) => {
    const file = plan('device: { id: "8086:10c9" }', '{ run: ["true"] }');
    const { code, stderr } = await coordinator(
      ...['test', '--platform', 'virtual', '--runs', runs.path],
      ...options.map((one) => (one === 'id' ? file : one)),
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
  });

  it('lists the functions of this machine that a plan means', async () => {
    const file = plan('device: { id: "ffff:fffe" }', '{ run: ["true"] }');
    const found = await coordinator('devices', '--plan', file, '--json');
    expect([found.code, JSON.parse(found.stdout)]).toEqual([0, []]);
    const refused = await coordinator('devices', '--exerciser', 'pci');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('needs a plan')]);
  });
});

import { cleanHostileText, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderWith } from '../testing/recording-output.ts';
import { createReporter } from './tap.ts';

const report = sampleReport();
const render = (ids: string[], reason: string | null = null) =>
  renderWith(createReporter, [], {
    ...report,
    reason,
    guests: report.guests.filter((guest) => ids.includes(guest.id)),
  });

describe('the tap reporter', () => {
  it('writes guests as points and tests as subtests', async () => {
    expect(await render(['guest-3', 'guest-4'], 'no space left')).toBe(`TAP version 14
1..2
# Subtest: guest-3
    1..1
    ok 1 - probe
      ---
      transactions: 0
      duration_ms: 10
      ...
not ok 1 - guest-3
  ---
  outcome: "panic"
  reason: "Kernel panic - not syncing: sysrq triggered crash"
  kernel: "6.12.107+deb13-arm64"
  boot_ms: 1900
  duration_ms: 3099
  ...
not ok 2 - guest-4
  ---
  outcome: "hang"
  reason: "no hello within 30 s of boot"
  duration_ms: 30005
  ...
Bail out! no space left
`);
  });

  it('counts right', async () => {
    const lines = (await render(report.guests.map((guest) => guest.id))).split('\n');
    const points = (indent: string) => lines.filter((line) => new RegExp(`^${indent}(not )?ok `).test(line));
    expect(points('')).toHaveLength(5);
    expect(lines[1]).toBe('1..5');
    const plans = lines.flatMap((line) => /^ {4}1\.\.(\d+)$/.exec(line)?.[1] ?? []);
    expect(plans).toEqual(['6', '3', '1']);
    expect(points('    ')).toHaveLength(10);
  });

  it('keeps hostile text inside its quotes, and "#" from being a directive', async () => {
    const text = await render(['guest-2']);
    expect(text).toContain('    not ok 2 - memcpy/0x100\\#2\n');
    expect(text).toContain('    ok 3 - interrupts # SKIP no transaction \\# was made\n');
    const block = /not ok 2 - [^\n]*\n {6}---\n([\s\S]*?)\n {6}\.\.\.\n/.exec(text)?.[1];
    expect(parse(block ?? '')).toEqual({
      message: cleanHostileText,
      severity: 'fail',
      transactions: 3,
      duration_ms: 500,
      output: 'Result:\n- status = 5 I/O error\n...\n',
    });
  });
});

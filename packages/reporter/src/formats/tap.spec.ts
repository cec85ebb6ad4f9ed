import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanHostileText, sampleReport } from '@coordinator/shared/testing';
import { Parser } from 'tap-parser';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { renderWith } from '../testing/recording-output.ts';
import { createReporter, createTap13Reporter } from './tap.ts';

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

  /** What the parser of node-tap makes of it: the innermost points that failed, and how many sub-tests there were. */
  function readAsTap(text: string): {
    readonly ok: boolean;
    readonly failures: readonly string[];
    readonly inner: number;
  } {
    const failures: string[] = [];
    let inner = 0;
    const parser = new Parser({ strict: true });
    parser.on('child', () => {
      inner += 1;
    });
    parser.on('fail', (point) => void failures.push(point.name));
    parser.end(text);
    return { ok: parser.ok, failures, inner };
  }

  it.each([
    [14, createReporter],
    [13, createTap13Reporter],
  ])('says the same to another parser, as TAP %d', async (version, create) => {
    const text = await renderWith(create, [], report);
    expect(text).toMatch(new RegExp(`^TAP version ${version}\n`));
    const failed = ['memcpy/0x100#2', 'guest-3', 'guest-4', 'guest-5'];
    expect(readAsTap(text)).toEqual({ ok: false, failures: failed, inner: 3 });
    const passed = { ...report, guests: report.guests.slice(0, 1) };
    expect(readAsTap(await renderWith(create, [], passed))).toEqual({ ok: true, failures: [], inner: 1 });
  });

  it('is taken by prove as TAP 13', async ({ skip }) => {
    const folder = mkdtempSync(join(tmpdir(), 'tap-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const prove = (text: string) => {
      writeFileSync(join(folder, 'run.tap'), text);
      return spawnSync('prove', ['--exec', 'cat', join(folder, 'run.tap')], { encoding: 'utf8' });
    };
    if (prove('1..0\n').error) skip('there is no prove');
    const passed = prove(
      await renderWith(createTap13Reporter, [], { ...report, guests: report.guests.slice(0, 1) }),
    );
    expect(passed.stdout).toMatch(/Result: PASS/);
    expect(passed.status, passed.stderr).toBe(0);
    const failed = prove(await renderWith(createTap13Reporter, [], report));
    expect(failed.stdout).toMatch(/Failed 4\/5 subtests[\s\S]*Result: FAIL/);
    expect(failed.stdout + failed.stderr).not.toMatch(/Parse error/i);
  });
});

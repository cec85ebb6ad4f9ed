import { cleanHostileText, sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { renderWith } from '../../testing/recording-output.ts';
import { makePaint } from './paint.ts';
import { renderSummary } from './summary.ts';
import { createReporter } from './terminal.ts';

const plain = makePaint(false);

describe('the terminal reporter where lines cannot be redrawn', () => {
  it('writes a line for every notable event, then the summary', async () => {
    const text = await renderWith(createReporter, sampleEvents, sampleReport());
    expect(text.split('\n').slice(0, 3)).toEqual([
      '[  0.0 s] run 20261122-184500-x7q2: 5 guests, platform virtual, qemu 11.1.3, plan default',
      '[  0.0 s] five guests share two CPUs',
      '[  0.0 s] guest-1  started, pid 4001 (0000:00:02.0)',
    ]);
    expect(text).toContain(
      '[  1.9 s] guest-1  booted in 1.9 s: Linux 6.12.107+deb13-arm64, 2 CPUs, 256 MiB\n',
    );
    expect(text).toContain('[  2.0 s] guest-1  pass  memcpy/0x100  10 transactions  12 ms\n');
    expect(text).toContain(
      `[  2.7 s] guest-2  fail  memcpy/0x100#2  3 transactions  500 ms  ${cleanHostileText}\n`,
    );
    expect(text).toContain('[ 30.0 s] guest-4  hang  after 30.0 s  no hello within 30 s of boot\n');
    expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
  });
});

describe('renderSummary', () => {
  it('tells how every guest did, why, and where its console is', () => {
    expect(renderSummary(sampleReport(), plain, '/runs/20261122-184500-x7q2')).toEqual([
      'guest-1  pass   boot 1.9 s  13 transactions  13 interrupts on 8 vectors  /dev/smmute0 0000:00:02.0',
      'guest-2  fail   boot 1.9 s  3 transactions                               /dev/smmute0 0000:00:02.0',
      'guest-3  panic  boot 1.9 s  0 transactions                               0000:00:02.0',
      'guest-4  hang                                                            0000:00:02.0',
      'guest-5  error                                                           0000:00:02.0',
      '',
      'guest-2 fail: a test failed',
      `  fail memcpy/0x100#2: ${cleanHostileText}`,
      '  rcu-stall: rcu: INFO: rcu_sched self-detected stall on CPU',
      '  console: /runs/20261122-184500-x7q2/guest-2/console.log',
      '',
      'guest-3 panic: Kernel panic - not syncing: sysrq triggered crash',
      '  console: /runs/20261122-184500-x7q2/guest-3/console.log',
      '',
      'guest-4 hang: no hello within 30 s of boot',
      '',
      'guest-5 error: the VMM was killed by SIGKILL',
      '',
      'error  5 guests: 1 passed, 1 failed, 1 hung, 1 panicked, 1 in error  16 transactions  30.2 s',
      'run 20261122-184500-x7q2  /runs/20261122-184500-x7q2',
    ]);
  });

  it('counts what passed when there are many', () => {
    const report = sampleReport();
    const [pass, fail] = report.guests;
    if (!pass || !fail) throw new Error('no guests');
    const lines = renderSummary({ ...report, guests: [...Array(100).fill(pass), fail] }, plain, null);
    expect(lines.slice(0, 2)).toEqual([expect.stringMatching(/^guest-2 {2}fail/), '… and 100 more guests']);
  });

  it('says why there were no guests', () => {
    const lines = renderSummary({ ...sampleReport(), guests: [], reason: 'QEMU is missing' }, plain, null);
    expect(lines).toEqual([
      '',
      'QEMU is missing',
      'error  0 guests  0 transactions  30.2 s',
      'run 20261122-184500-x7q2',
    ]);
  });

  it('colours outcomes', () => {
    expect(renderSummary(sampleReport(), makePaint(true), null)[0]).toContain('\x1b[32mpass ');
  });
});

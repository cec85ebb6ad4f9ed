import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostileText, sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { renderWith } from '../../testing/recording-output.ts';
import { createReporter } from './github.ts';
import { renderJobSummary } from './job-summary.ts';
import { annotation, group } from './workflow-command.ts';

describe('workflow commands', () => {
  it('are escaped', () => {
    expect(annotation('error', 'guest-1: a,b', '50%\r\n::x')).toBe(
      '::error title=guest-1%3A a%2Cb::50%25 ::x',
    );
  });

  it('cannot come out of a line in a group', () => {
    expect(group('t', ['  ::error::x', '##[error]x'])).toBe(
      '::group::t\n| ::error::x\n| ## [error]x\n::endgroup::',
    );
  });
});

describe('the github reporter', () => {
  it('writes a group and annotations for every guest', async () => {
    const text = await renderWith(createReporter, sampleEvents, {
      ...sampleReport(),
      reason: 'no space left',
    });
    const from = text.indexOf('::group::guest-2');
    expect(text.slice(from)).toBe(`::group::guest-2 fail in 2.9 s
| 3 transactions /dev/smmute0 0000:00:02.0 6.12.107+deb13-arm64
| pass probe 4 ms
| fail memcpy/0x100#2 500 ms bad red gnp. <b>&"'</b> ]]> ::error::x ## [error]y | \`z\` # <LAVA_SIGNAL_X>
| skip interrupts 0 ms no transaction # was made
| warning rcu-stall rcu: INFO: rcu_sched self-detected stall on CPU
::endgroup::
::error title=guest-2 memcpy/0x100#2::bad red gnp. <b>&"'</b> ]]> ::error::x ## [error]y | \`z\` # <LAVA_SIGNAL_X>
::warning title=guest-2 rcu-stall::rcu: INFO: rcu_sched self-detected stall on CPU
::group::guest-3 panic in 3.1 s
| 0 transactions 0000:00:02.0 6.12.107+deb13-arm64
| pass probe 10 ms
::endgroup::
::error title=guest-3 panic::Kernel panic - not syncing: sysrq triggered crash
::group::guest-4 hang in 30.0 s
| 0 transactions 0000:00:02.0
::endgroup::
::error title=guest-4 hang::no hello within 30 s of boot
::group::guest-5 error in 30.1 s
| 0 transactions 0000:00:02.0
::endgroup::
::error title=guest-5 error::the VMM was killed by SIGKILL
::error title=coordinator::no space left
`);
  });

  it('appends to the summary of the job', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'summary-'));
    try {
      const file = join(folder, 'summary.md');
      writeFileSync(file, 'before\n');
      await renderWith(createReporter, [], sampleReport(), { environment: { GITHUB_STEP_SUMMARY: file } });
      const text = readFileSync(file, 'utf8');
      expect(text).toMatch(/^before\n## coordinator: error\n/);
      expect(text).toContain(
        '\n| guest-1 | pass | 1.9 s | 6/6 | 13 | 13 interrupts on 8 vectors | 0000:00:02.0 |\n',
      );
      expect(text).toContain('\n**guest-3: panic** Kernel panic - not syncing: sysrq triggered crash\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('lets no markup of a guest into it', () => {
    const report = sampleReport();
    const [guest] = report.guests;
    if (!guest) throw new Error('no guest');
    const text = renderJobSummary({ ...report, guests: [{ ...guest, id: `${hostileText} @you` }] });
    expect(text).not.toMatch(/<b>|[^\\]`|@/);
    expect(text).toContain('&#60;b&#62;&#38;');
    expect(
      text
        .split('\n')
        .find((line) => line.includes('gnp'))
        ?.match(/(?<!\\)\|/g),
    ).toHaveLength(8);
  });
});

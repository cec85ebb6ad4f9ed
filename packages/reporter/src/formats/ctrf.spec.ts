import { sampleReport } from '@coordinator/shared/testing';
import { parse, validate } from 'ctrf';
import { describe, expect, it } from 'vitest';
import { renderWith } from '../testing/recording-output.ts';
import { sampleStressReport } from '../testing/sample-stress.ts';
import { createReporter } from './ctrf.ts';

const render = async (report = sampleReport(), runFolder: string | null = null) =>
  renderWith(createReporter, [], report, { runFolder });

describe('the ctrf reporter', () => {
  it.each([
    ['a run', sampleReport],
    ['a stress run', sampleStressReport],
    ['a run that could not be', () => ({ ...sampleReport(), guests: [], reason: 'no space left' })],
  ])("is valid by the format's own library: %s", async (_, make) => {
    const text = await render(make(), '/runs/20261122-184500-x7q2');
    const { valid, errors } = validate(JSON.parse(text));
    expect(errors).toEqual([]);
    expect(valid).toBe(true);
  });

  it('would not be with a status of another kind', async () => {
    const report = JSON.parse(await render());
    report.results.tests[0].status = 'great';
    expect(validate(report).valid).toBe(false);
  });

  it('counts what it holds, and tells guests from their tests', async () => {
    const { results } = parse(await render());
    const { tests, summary } = results;
    for (const status of ['passed', 'failed', 'skipped', 'other'] as const)
      expect(tests.filter((test) => test.status === status)).toHaveLength(summary[status]);
    expect(summary).toMatchObject({
      tests: 15,
      suites: 5,
      flaky: 0,
      start: Date.parse('2026-11-22T18:45:00.000Z'),
    });
    const guests = tests.filter(({ name }) => name === 'guest');
    expect(guests.map(({ suite, status, rawStatus }) => [suite?.[1], status, rawStatus])).toEqual([
      ['guest-1', 'passed', 'pass'],
      // Its test failed.
      ['guest-2', 'passed', 'fail'],
      ['guest-3', 'failed', 'panic'],
      ['guest-4', 'failed', 'hang'],
      ['guest-5', 'failed', 'lost'],
    ]);
  });

  it('has files, tries and what a crash is known by', async () => {
    const report = sampleReport();
    const [guest, ...others] = report.guests;
    const attempts = [{ outcome: 'panic' as const, error_kind: null, reason: 'Oops', duration_ms: 12.4 }];
    const changed = {
      ...guest,
      attempts,
      flaky: true,
      fingerprint: 'abcdef012345',
      trace: ['f+0x1/0x2', 'g+0x3/0x4'],
    };
    const { results } = parse(await render({ ...report, guests: [changed as never, ...others] }, '/runs/x'));
    expect(results.tests.find(({ name }) => name === 'guest')).toMatchObject({
      attachments: [{ name: 'console.log', path: '/runs/x/guest-1/console.log', contentType: 'text/plain' }],
      ...{ retries: 1, flaky: true, retryAttempts: [{ attempt: 1, status: 'failed', message: 'Oops' }] },
      ...{ trace: 'f+0x1/0x2\ng+0x3/0x4', extra: { fingerprint: 'abcdef012345' } },
    });
  });
});

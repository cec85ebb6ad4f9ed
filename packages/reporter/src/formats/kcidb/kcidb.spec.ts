import type { Report } from '@coordinator/shared/report';
import { sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { kcidbSchema } from '../../testing/kcidb-schema.ts';
import { renderWith } from '../../testing/recording-output.ts';
import { sampleStressEvents, sampleStressReport } from '../../testing/sample-stress.ts';
import { createReporter } from './kcidb.ts';

const hostileName = 'memcpy/\u202e..//:\0 "x"';

async function render(report: Report = sampleReport(), events = sampleEvents, environment = {}) {
  return kcidbSchema.parse(JSON.parse(await renderWith(createReporter, events, report, { environment })));
}

type Kcidb = Record<'tests' | 'builds' | 'issues' | 'incidents', readonly object[]>;

const crashed = (): Report => {
  const report = sampleReport();
  const guests = report.guests.map((guest) =>
    ['guest-2', 'guest-3'].includes(guest.id)
      ? { ...guest, fingerprint: 'abcdef012345', trace: ['f+0x1/0x2'] }
      : guest,
  );
  return { ...report, guests };
};

describe('the kcidb reporter', () => {
  it('maps what became of guests as KernelCI has it', async () => {
    const { tests = [] } = await render();
    const statusOf = (path: string) =>
      Object.fromEntries(
        tests.filter((test) => test.path === path).map((test) => [test.id.split(':')[2], test.status]),
      );
    expect(statusOf('coordinator.smmute')).toEqual({
      ...{ 'guest-1': 'PASS', 'guest-2': 'FAIL', 'guest-3': 'FAIL', 'guest-4': 'FAIL', 'guest-5': 'ERROR' },
    });
    expect(statusOf('boot')).toEqual({
      ...{ 'guest-1': 'PASS', 'guest-2': 'PASS', 'guest-3': 'PASS', 'guest-4': 'FAIL', 'guest-5': 'ERROR' },
    });
    expect(statusOf('coordinator.smmute.memcpy_0x100')).toEqual({
      ...{ 'guest-1': 'PASS', 'guest-2': 'MISS', 'guest-3': 'MISS', 'guest-4': 'MISS', 'guest-5': 'MISS' },
    });
    expect(statusOf('coordinator.smmute.interrupts')).toMatchObject({ 'guest-1': 'PASS', 'guest-2': 'SKIP' });
  });

  it('refers to what is there: every test to a build, every build to a checkout, every incident to both', async () => {
    const { tests = [], builds = [], checkouts = [], issues = [], incidents = [] } = await render(crashed());
    const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);
    for (const all of [tests, builds, checkouts, issues, incidents])
      expect(new Set(ids(all)).size).toBe(all.length);
    for (const { build_id } of tests) expect(ids(builds)).toContain(build_id);
    for (const { checkout_id } of builds) expect(ids(checkouts)).toContain(checkout_id);
    expect(issues).toHaveLength(1);
    expect(incidents).toHaveLength(2);
    for (const { issue_id, test_id } of incidents) {
      expect(ids(issues)).toContain(issue_id);
      expect(ids(tests)).toContain(test_id);
    }
  });

  it('tells a stress run by its figures, which are none to pass', async () => {
    const { tests = [] } = await render(sampleStressReport(), sampleStressEvents);
    expect(
      tests.filter(({ status }) => status === 'DONE').map(({ path, number }) => [path, number?.value]),
    ).toEqual([
      ['coordinator.smmute.rounds.rate', 26.67],
      ['coordinator.smmute.rounds.transactions', 2.2],
      ['coordinator.smmute.rounds.boot', 2],
      ['coordinator.smmute.rounds.transaction', 0.002],
    ]);
    expect(tests.find(({ path }) => path === 'coordinator.smmute.rounds')).toMatchObject({ status: 'FAIL' });
  });

  it('is valid whatever guests call their tests, and twice the same is two', async () => {
    const text = JSON.stringify(sampleReport()).replaceAll('"memcpy/0x100"', JSON.stringify(hostileName));
    const report = JSON.parse(text.replaceAll('"probe"', JSON.stringify(hostileName))) as Report;
    const { tests = [] } = await render(report);
    expect(new Set(tests.map(({ id }) => id)).size).toBe(tests.length);
    const long = {
      ...sampleReport(),
      reason: 'x',
      guests: sampleReport().guests.map((one) => ({ ...one, reason: 'y'.repeat(99_999) })),
    };
    await render(long);
  });

  it.each<[string, (kcidb: Kcidb) => unknown]>([
    ['an id without its origin', ({ tests: [test] }) => ({ tests: [{ ...test, id: 'x' }] })],
    ['no id', ({ tests: [test] }) => ({ tests: [{ ...test, id: undefined }] })],
    ['a test of no build', ({ tests: [test] }) => ({ tests: [{ ...test, build_id: undefined }] })],
    ['another status', ({ tests: [test] }) => ({ tests: [{ ...test, status: 'GREAT' }] })],
    ['a path with a slash', ({ tests: [test] }) => ({ tests: [{ ...test, path: 'a/b' }] })],
    ['a field of its own', ({ tests: [test] }) => ({ tests: [{ ...test, outcome: 'pass' }] })],
    ['null for nothing', ({ tests: [test] }) => ({ tests: [{ ...test, comment: null }] })],
    ['a zero in a comment', ({ tests: [test] }) => ({ tests: [{ ...test, comment: 'a\0' }] })],
    [
      'too long an excerpt',
      ({ tests: [test] }) => ({ tests: [{ ...test, log_excerpt: 'x'.repeat(16_385) }] }),
    ],
    ['a time that is none', ({ tests: [test] }) => ({ tests: [{ ...test, start_time: 'today' }] })],
    ['a number without a value', ({ tests: [test] }) => ({ tests: [{ ...test, number: { unit: 's' } }] })],
    [
      'an architecture in capitals',
      ({ builds: [build] }) => ({ builds: [{ ...build, architecture: 'ARM' }] }),
    ],
    ['a build of no checkout', ({ builds: [build] }) => ({ builds: [{ ...build, checkout_id: undefined }] })],
    ['an issue without a version', ({ issues: [issue] }) => ({ issues: [{ ...issue, version: undefined }] })],
    ['an incident of no issue', ({ incidents: [one] }) => ({ incidents: [{ ...one, issue_id: undefined }] })],
    ['another version', () => ({ version: { major: 5, minor: 4 } })],
  ])('would not be valid with %s', async (_, spoil) => {
    const whole = JSON.parse(await renderWith(createReporter, sampleEvents, crashed(), { environment: {} }));
    expect(kcidbSchema.safeParse(whole).success).toBe(true);
    expect(kcidbSchema.safeParse({ ...whole, ...(spoil(whole) as object) }).success).toBe(false);
  });

  it('is of the system and the build that the environment names', async () => {
    const { builds, tests } = await render(sampleReport(), sampleEvents, {
      KCIDB_ORIGIN: 'my_ci',
      KCIDB_BUILD_ID: 'maestro:1234',
    });
    expect(builds).toBeUndefined();
    expect(tests?.[0]).toMatchObject({ origin: 'my_ci', build_id: 'maestro:1234' });
    for (const environment of [{ KCIDB_ORIGIN: 'My CI' }, { KCIDB_BUILD_ID: 'none' }])
      await expect(render(sampleReport(), sampleEvents, environment)).rejects.toThrow(/\$KCIDB_/);
  });
});

import type { GuestResult, Report, StressResult, TestResult } from '@coordinator/shared/report';
import { bdfOf, failedTestsOf } from '../facts/guest.ts';
import { element, type Markup } from '../facts/markup.ts';
import { describeStress, distributionsOf, faultRows, stressFacts } from '../facts/stress.ts';
import { cleanLine } from '../facts/text.ts';
import type { CreateReporter } from '../reporter.ts';

/**
 * JUnit's XML as CI systems read it: a suite for every guest, a case for every test, and a last case "guest" for how
 * the guest itself fared. There a panic, hang or error of the harness is an `error`; a failed test is a `failure`.
 */
export const createReporter: CreateReporter = ({ output }) => ({
  onEnd(report) {
    output.write(renderJunit(report));
  },
});

function renderJunit(report: Report): string {
  const { run, reason, stress, guests } = report;
  const counts = [
    ...guests.map(countCases),
    ...(reason === null ? [] : [runCounts]),
    ...(stress ? [roundsCounts(stress)] : []),
  ];
  const attributes = {
    name: `coordinator ${cleanLine(run)}`,
    ...sumCounts(counts),
    ...timesOf(report.duration_ms, report),
  };
  const suites = [
    ...guests.map((guest) => guestSuite(guest, report)),
    ...(reason === null ? [] : [runSuite(reason)]),
    ...(stress ? [roundsSuite(report, stress)] : []),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', attributes, suites).text}\n`;
}

function guestSuite(guest: GuestResult, report: Report): Markup {
  const classname = `${cleanLine(report.platform)}.${cleanLine(guest.id)}`;
  return element(
    'testsuite',
    { name: cleanLine(guest.id), ...countCases(guest), ...timesOf(guest.duration_ms, report) },
    [
      properties(guestFacts(guest, report)),
      ...guest.tests.map((test) => testCase(classname, test)),
      guestCase(classname, guest),
    ],
  );
}

/** What stopped the run as a whole: without a case of its own, a run without guests would look fine. */
function runSuite(reason: string): Markup {
  const message = cleanLine(reason);
  const error = element('error', { message }, message);
  return element('testsuite', { name: 'run', ...runCounts }, [
    element('testcase', { name: 'run', classname: 'coordinator' }, [error]),
  ]);
}

/** All rounds of a stress run together, with the figures as properties; those that failed have suites of their own. */
function roundsSuite(report: Report, stress: StressResult): Markup {
  const time = seconds(report.duration_ms);
  const message = cleanLine(describeStress(report) ?? '');
  const result =
    stress.failures > 0
      ? element('failure', { message, type: 'rounds' }, message)
      : element('system-out', {}, message);
  return element('testsuite', { name: 'stress', ...roundsCounts(stress), time }, [
    properties(roundsFacts(stress)),
    element('testcase', { name: 'rounds', classname: 'coordinator.stress', time }, [result]),
  ]);
}

type Fact = readonly [name: string, value: string | number | null];

function roundsFacts(stress: StressResult): Fact[] {
  return [
    ...stressFacts(stress),
    ...distributionsOf(stress).flatMap(({ name, unit, distribution }) =>
      (['p50', 'p90', 'p99', 'max'] as const).map(
        (percentile): Fact => [`${name}_${percentile}_${unit}`, distribution[percentile]],
      ),
    ),
    ...faultRows(stress).map(
      ([kind, injected, detected, late]): Fact => [
        `fault_${kind}`,
        `injected ${injected}, detected ${detected}, late ${late}`,
      ],
    ),
  ];
}

function guestFacts(guest: GuestResult, report: Report): Fact[] {
  const { run, coordinator, platform, vmm, vmm_version, channel, start, plan } = report;
  return Object.entries({
    ...{ run, coordinator, platform, vmm, vmm_version, channel, start, plan },
    kernel: guest.kernel,
    device: bdfOf(guest.device),
    driver: guest.device.driver,
    boot_ms: guest.boot_ms,
    interrupts: guest.interrupts?.device_total ?? null,
    seed: guest.seed ?? null,
    repeat: guest.repeat ?? null,
    fault: guest.fault?.kind ?? null,
  });
}

function properties(facts: readonly Fact[]): Markup {
  const known = facts.filter(([, value]) => value !== null);
  return element(
    'properties',
    {},
    known.map(([name, value]) => element('property', { name, value: cleanLine(String(value)) })),
  );
}

function testCase(classname: string, test: TestResult): Markup {
  const message = cleanLine(test.message ?? '');
  return element('testcase', { name: cleanLine(test.name), classname, time: seconds(test.duration_ms) }, [
    ...(test.outcome === 'skip' ? [element('skipped', message ? { message } : {})] : []),
    ...(test.outcome === 'fail' ? [element('failure', { message, type: 'fail' }, message)] : []),
    ...(test.output ? [element('system-out', {}, test.output)] : []),
  ]);
}

function guestCase(classname: string, guest: GuestResult): Markup {
  const message = cleanLine(guest.reason ?? '');
  const kind = guestProblem(guest);
  const type = guest.error_kind ?? guest.outcome;
  const warnings = guest.warnings.map((warning) => `${cleanLine(warning.kind)}: ${cleanLine(warning.line)}`);
  return element('testcase', { name: 'guest', classname, time: seconds(guest.duration_ms) }, [
    ...(kind ? [element(kind, { message, type }, message)] : []),
    // As Maven's Surefire has it: tries that did not pass, of a case that did.
    ...guest.attempts.map(({ outcome, error_kind, reason }) => {
      const why = cleanLine(reason ?? outcome);
      const name = guest.flaky ? 'flakyFailure' : 'rerunFailure';
      return element(name, { message: why, type: error_kind ?? outcome }, why);
    }),
    ...(warnings.length > 0 ? [element('system-out', {}, warnings.join('\n'))] : []),
  ]);
}

/** A failing guest has failing tests to show for it; should it have none, the failure must still be seen. */
function guestProblem(guest: GuestResult): 'error' | 'failure' | null {
  if (guest.outcome === 'pass') return null;
  if (guest.outcome !== 'fail') return 'error';
  return failedTestsOf(guest).length > 0 ? null : 'failure';
}

type Counts = Readonly<Record<'tests' | 'failures' | 'errors' | 'skipped', number>>;

const runCounts: Counts = { tests: 1, failures: 0, errors: 1, skipped: 0 };

function countCases(guest: GuestResult): Counts {
  const problem = guestProblem(guest);
  return {
    tests: guest.tests.length + 1,
    failures: failedTestsOf(guest).length + (problem === 'failure' ? 1 : 0),
    errors: problem === 'error' ? 1 : 0,
    skipped: guest.tests.filter((test) => test.outcome === 'skip').length,
  };
}

function roundsCounts({ failures }: StressResult): Counts {
  return { tests: 1, failures: failures > 0 ? 1 : 0, errors: 0, skipped: 0 };
}

function sumCounts(all: readonly Counts[]): Counts {
  const sum = (field: keyof Counts) => all.reduce((total, counts) => total + counts[field], 0);
  return { tests: sum('tests'), failures: sum('failures'), errors: sum('errors'), skipped: sum('skipped') };
}

function timesOf(milliseconds: number, { started }: Report) {
  return { time: seconds(milliseconds), timestamp: cleanLine(started) };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

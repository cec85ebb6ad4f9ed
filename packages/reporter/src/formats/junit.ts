import type { GuestResult, Report, StressResult, TestResult } from '@coordinator/shared/report';
import { artifactsOf } from '../facts/artifacts.ts';
import { bdfOf, failedTestsOf, guestProblem } from '../facts/guest.ts';
import { element, type Markup } from '../facts/markup.ts';
import { describeFaults, describeStress, distributionsOf, stressFacts } from '../facts/stress.ts';
import { cleanLine } from '../facts/text.ts';
import type { CreateReporter } from '../reporter.ts';

/**
 * JUnit's XML as CI systems read it: a suite for every guest, a case for every test, and a last case "guest" for how
 * the guest itself fared. There a panic, hang or error of the harness is an `error`; a failed test is a `failure`.
 *
 * Both of the schemas that consumers validate by take it: that of Jenkins (xunit-plugin, junit-10.xsd), and that of
 * Ant's tasks (JUnit.xsd), which is the stricter one: no counts at the root, a place for output in suites only. Ant's
 * has no word for tries of one case, so guests that were tried again are Jenkins's and Surefire's to read.
 *
 * Files of a guest are named in its suite's output, as Jenkins's JUnit Attachments and GitLab have it.
 */
export const createReporter: CreateReporter = ({ output, runFolder }) => ({
  onEnd(report) {
    output.write(renderJunit(report, runFolder));
  },
});

function renderJunit(report: Report, runFolder: string | null): string {
  const { reason, stress, guests } = report;
  const suites = [
    ...guests.map((guest) => guestSuite(guest, report, runFolder)),
    ...(reason === null ? [] : [runSuite(reason, report)]),
    ...(stress ? [roundsSuite(report, stress)] : []),
  ];
  const elements = suites.map((suite, id) => suiteElement(suite, id, report));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', {}, elements).text}\n`;
}

interface Suite {
  readonly name: string;
  readonly counts: Counts;
  readonly durationMs: number;
  readonly facts: readonly Fact[];
  readonly cases: readonly Markup[];
  /** Of the fleet; else the machine that the run was started on. */
  readonly host?: string | undefined;
  /** What tests that did not fail have printed. */
  readonly output?: string;
  /** What is worth a word, though no case failed of it. */
  readonly warnings?: string;
}

function suiteElement(suite: Suite, id: number, { platform, started }: Report): Markup {
  const { name, counts, durationMs, facts, cases, host = 'localhost', output = '', warnings = '' } = suite;
  const attributes = {
    ...{ name: cleanLine(name), package: cleanLine(platform), id, hostname: cleanLine(host) },
    ...{ ...counts, time: seconds(durationMs), timestamp: withoutZone(cleanLine(started)) },
  };
  const printed = [element('system-out', {}, output), element('system-err', {}, warnings)];
  return element('testsuite', attributes, [properties(facts), ...cases, ...printed]);
}

function guestSuite(guest: GuestResult, report: Report, runFolder: string | null): Suite {
  const classname = `${cleanLine(report.platform)}.${cleanLine(guest.id)}`;
  const talkative = guest.tests.filter(({ outcome, output }) => outcome !== 'fail' && output);
  return {
    name: guest.id,
    counts: countCases(guest),
    durationMs: guest.duration_ms,
    facts: guestFacts(guest, report),
    host: guest.host,
    cases: [...guest.tests.map((test) => testCase(classname, test)), guestCase(classname, guest)],
    output: [
      ...talkative.map(({ name, output }) => `${cleanLine(name)}:\n${output}`),
      ...artifactsOf(guest, runFolder).map(({ path }) => `[[ATTACHMENT|${path}]]`),
    ].join('\n'),
    warnings: guest.warnings.map(({ kind, line }) => `${cleanLine(kind)}: ${cleanLine(line)}`).join('\n'),
  };
}

/** What stopped the run as a whole: without a case of its own, a run without guests would look fine. */
function runSuite(reason: string, { duration_ms: durationMs }: Report): Suite {
  const message = cleanLine(reason);
  const error = element('error', { message, type: 'run' }, message);
  const attributes = { name: 'run', classname: 'coordinator', time: seconds(durationMs) };
  return {
    name: 'run',
    counts: runCounts,
    durationMs,
    facts: [],
    cases: [element('testcase', attributes, [error])],
  };
}

/** All rounds of a stress run together, with the figures as properties; those that failed have suites of their own. */
function roundsSuite(report: Report, stress: StressResult): Suite {
  const { duration_ms: durationMs } = report;
  const message = cleanLine(describeStress(report) ?? '');
  const failed = stress.failures > 0;
  const failure = element('failure', { message, type: 'rounds' }, message);
  const attributes = { name: 'rounds', classname: 'coordinator.stress', time: seconds(durationMs) };
  return {
    ...{ name: 'stress', counts: roundsCounts(stress), durationMs, facts: roundsFacts(stress) },
    cases: [element('testcase', attributes, failed ? [failure] : [])],
    output: failed ? '' : message,
  };
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
    ...describeFaults(stress).map(([kind, counts]): Fact => [`fault_${kind}`, counts]),
  ];
}

function guestFacts(guest: GuestResult, report: Report): Fact[] {
  const { run, coordinator, platform, vmm, vmm_version, channel, start, plan } = report;
  return Object.entries({
    ...{ run, coordinator, platform, vmm, vmm_version, channel, start, plan },
    host: guest.host ?? null,
    kernel: guest.kernel,
    device: bdfOf(guest.device),
    driver: guest.device.driver,
    boot_ms: guest.boot_ms,
    interrupts: guest.interrupts?.device_total ?? null,
    seed: guest.seed ?? null,
    repeat: guest.repeat ?? null,
    fault: guest.fault?.kind ?? null,
    fingerprint: guest.fingerprint ?? null,
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
  const details = [message, test.output ?? ''].filter((text) => text !== '').join('\n');
  return element('testcase', { name: cleanLine(test.name), classname, time: seconds(test.duration_ms) }, [
    ...(test.outcome === 'skip' ? [element('skipped', message ? { message } : {})] : []),
    ...(test.outcome === 'fail' ? [element('failure', { message, type: 'fail' }, details)] : []),
  ]);
}

function guestCase(classname: string, guest: GuestResult): Markup {
  const message = cleanLine(guest.reason ?? '');
  const kind = guestProblem(guest);
  const type = guest.error_kind ?? guest.outcome;
  return element('testcase', { name: 'guest', classname, time: seconds(guest.duration_ms) }, [
    ...(kind ? [element(kind, { message, type }, message)] : []),
    // As Maven's Surefire has it: tries that did not pass, of a case that did.
    ...guest.attempts.map(({ outcome, error_kind, reason }) => {
      const why = cleanLine(reason ?? outcome);
      const name = guest.flaky ? 'flakyFailure' : 'rerunFailure';
      return element(name, { message: why, type: error_kind ?? outcome }, why);
    }),
  ]);
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

/** ISO 8601 without fractions of a second and zone, which Ant's schema does not have: UTC. */
function withoutZone(iso: string): string {
  return iso.slice(0, 'YYYY-MM-DDThh:mm:ss'.length);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

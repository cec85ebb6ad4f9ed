import type { GuestResult, Report, StressResult, TestResult } from '@coordinator/shared/report';
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { bdfOf, failedTestsOf } from '../facts/guest.ts';
import { describeStress, distributionsOf, faultRows, stressFacts } from '../facts/stress.ts';
import { cleanLine, cleanText } from '../facts/text.ts';
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
  const suites = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: `coordinator ${cleanLine(report.run)}`,
    ...sumCounts([
      ...report.guests.map(countCases),
      ...(report.reason === null ? [] : [runCounts]),
      ...(report.stress ? [roundsCounts(report)] : []),
    ]),
    time: seconds(report.duration_ms),
    timestamp: cleanLine(report.started),
  });
  for (const guest of report.guests) addSuite(suites, guest, report);
  if (report.reason !== null) addRunSuite(suites, report.reason);
  if (report.stress) addRoundsSuite(suites, report, report.stress);
  return `${suites.end({ prettyPrint: true })}\n`;
}

function addSuite(suites: XMLBuilder, guest: GuestResult, report: Report): void {
  const suite = suites.ele('testsuite', {
    name: cleanLine(guest.id),
    ...countCases(guest),
    time: seconds(guest.duration_ms),
    timestamp: cleanLine(report.started),
  });
  addProperties(suite, guest, report);
  const className = `${cleanLine(report.platform)}.${cleanLine(guest.id)}`;
  for (const test of guest.tests) addTest(suite, className, test);
  addGuestCase(suite, className, guest);
}

/** What stopped the run as a whole: without a case of its own, a run without guests would look fine. */
function addRunSuite(suites: XMLBuilder, reason: string): void {
  const message = cleanLine(reason);
  const suite = suites.ele('testsuite', { name: 'run', ...runCounts });
  suite.ele('testcase', { name: 'run', classname: 'coordinator' }).ele('error', { message }).txt(message);
}

/** All rounds of a stress run together, with the figures as properties; those that failed have suites of their own. */
function addRoundsSuite(suites: XMLBuilder, report: Report, stress: StressResult): void {
  const time = seconds(report.duration_ms);
  const suite = suites.ele('testsuite', { name: 'stress', ...roundsCounts(report), time });
  const properties = suite.ele('properties');
  for (const [name, value] of stressFacts(stress))
    properties.ele('property', { name, value: cleanLine(value) });
  for (const { name, unit, distribution } of distributionsOf(stress)) {
    for (const percentile of ['p50', 'p90', 'p99', 'max'] as const) {
      properties.ele('property', {
        name: `${name}_${percentile}_${unit}`,
        value: String(distribution[percentile]),
      });
    }
  }
  for (const [kind = '', injected, detected, late] of faultRows(stress)) {
    properties.ele('property', {
      name: `fault_${kind}`,
      value: `injected ${injected}, detected ${detected}, late ${late}`,
    });
  }
  const element = suite.ele('testcase', { name: 'rounds', classname: 'coordinator.stress', time });
  const message = describeStress(report) ?? '';
  if (stress.failures > 0) element.ele('failure', { message, type: 'rounds' }).txt(message);
  else element.ele('system-out').txt(message);
}

function addProperties(suite: XMLBuilder, guest: GuestResult, report: Report): void {
  const { run, coordinator, platform, vmm, vmm_version, channel, start, plan } = report;
  const facts = {
    run,
    coordinator,
    platform,
    vmm,
    vmm_version,
    channel,
    start,
    plan,
    kernel: guest.kernel,
    device: bdfOf(guest.device),
    driver: guest.device.driver,
    boot_ms: guest.boot_ms,
    interrupts: guest.interrupts?.device_total ?? null,
    seed: guest.seed ?? null,
    repeat: guest.repeat ?? null,
    fault: guest.fault?.kind ?? null,
  };
  const properties = suite.ele('properties');
  for (const [name, value] of Object.entries(facts)) {
    if (value !== null) properties.ele('property', { name, value: cleanLine(String(value)) });
  }
}

function addTest(suite: XMLBuilder, classname: string, test: TestResult): void {
  const message = test.message === null ? '' : cleanLine(test.message);
  const element = suite.ele('testcase', {
    name: cleanLine(test.name),
    classname,
    time: seconds(test.duration_ms),
  });
  if (test.outcome === 'skip') element.ele('skipped', message ? { message } : {});
  if (test.outcome === 'fail') element.ele('failure', { message, type: 'fail' }).txt(message);
  if (test.output) element.ele('system-out').txt(cleanText(test.output));
}

function addGuestCase(suite: XMLBuilder, classname: string, guest: GuestResult): void {
  const message = cleanLine(guest.reason ?? '');
  const element = suite.ele('testcase', { name: 'guest', classname, time: seconds(guest.duration_ms) });
  const kind = guestProblem(guest);
  if (kind) element.ele(kind, { message, type: guest.error_kind ?? guest.outcome }).txt(message);
  // As Maven's Surefire has it: tries that did not pass, of a case that did.
  for (const { outcome, error_kind, reason } of guest.attempts) {
    const why = cleanLine(reason ?? outcome);
    element
      .ele(guest.flaky ? 'flakyFailure' : 'rerunFailure', { message: why, type: error_kind ?? outcome })
      .txt(why);
  }
  const warnings = guest.warnings.map((warning) => `${cleanLine(warning.kind)}: ${cleanLine(warning.line)}`);
  if (warnings.length > 0) element.ele('system-out').txt(warnings.join('\n'));
}

/** A failing guest has failing tests to show for it; should it have none, the failure must still be seen. */
function guestProblem(guest: GuestResult): 'error' | 'failure' | null {
  if (guest.outcome === 'pass') return null;
  if (guest.outcome !== 'fail') return 'error';
  return failedTestsOf(guest).length > 0 ? null : 'failure';
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

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

function roundsCounts({ stress }: Report): Counts {
  return { tests: 1, failures: (stress?.failures ?? 0) > 0 ? 1 : 0, errors: 0, skipped: 0 };
}

function sumCounts(all: readonly Counts[]): Counts {
  const sum = (field: keyof Counts) => all.reduce((total, counts) => total + counts[field], 0);
  return { tests: sum('tests'), failures: sum('failures'), errors: sum('errors'), skipped: sum('skipped') };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

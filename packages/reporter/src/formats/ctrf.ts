import type { GuestResult, Report, TestResult } from '@coordinator/shared/report';
import { artifactsOf } from '../facts/artifacts.ts';
import { casesOf, type RunCase } from '../facts/cases.ts';
import { toSafeJson } from '../facts/safe-json.ts';
import { cleanLine, cleanText } from '../facts/text.ts';
import type { CreateReporter } from '../reporter.ts';

/** The version of the Common Test Report Format that is written: https://github.com/ctrf-io/ctrf */
const SPEC_VERSION = '0.0.0';

/** CTRF: a test for each test of each guest, and one, `guest`, for how the guest itself fared. */
export const createReporter: CreateReporter = ({ output, runFolder }) => ({
  onEnd(report) {
    output.write(`${toSafeJson(makeCtrf(report, runFolder))}\n`);
  },
});

function makeCtrf(report: Report, runFolder: string | null) {
  const tests = casesOf(report).map((one) => makeTest(one, report, runFolder));
  const start = Date.parse(report.started) || 0;
  const count = (status: string) => tests.filter((test) => test.status === status).length;
  return {
    reportFormat: 'CTRF',
    specVersion: SPEC_VERSION,
    ...(report.run === '' ? {} : { runId: cleanLine(report.run) }),
    timestamp: new Date(start + report.duration_ms).toISOString(),
    generatedBy: `coordinator ${cleanLine(report.coordinator)}`,
    results: {
      tool: { name: 'coordinator', version: cleanLine(report.coordinator) },
      summary: {
        tests: tests.length,
        ...{ passed: count('passed'), failed: count('failed'), skipped: count('skipped'), pending: 0 },
        other: count('other'),
        flaky: report.guests.filter(({ flaky }) => flaky).length,
        suites: report.guests.length,
        ...{ start, stop: start + Math.round(report.duration_ms), duration: Math.round(report.duration_ms) },
      },
      tests,
      environment: {
        testEnvironment: cleanLine(report.platform),
        osPlatform: 'linux',
        ...osRelease(report.guests),
        extra: settingsOf(report),
      },
    },
  };
}

type Status = 'passed' | 'failed' | 'skipped' | 'other';

function makeTest(one: RunCase, { platform }: Report, runFolder: string | null) {
  switch (one.kind) {
    case 'test':
      return { ...makeGuestTest(one.test), ...suiteOf(platform, one.guest) };
    case 'guest':
      return { ...makeGuest(one.guest, one.ok, runFolder), ...suiteOf(platform, one.guest) };
    default: {
      const status: Status = one.ok ? 'passed' : 'failed';
      return {
        name: one.kind,
        status,
        duration: 0,
        message: cleanLine(one.reason),
        suite: [cleanLine(platform)],
      };
    }
  }
}

const suiteOf = (platform: string, { id }: GuestResult) => ({ suite: [cleanLine(platform), cleanLine(id)] });

const testStatuses = { pass: 'passed', fail: 'failed', skip: 'skipped' } as const;

function makeGuestTest(test: TestResult) {
  const { transactions, misconfigured, transaction_us, message, output } = test;
  const status: Status = testStatuses[test.outcome];
  return {
    name: cleanLine(test.name) || 'test',
    status,
    duration: Math.round(test.duration_ms),
    rawStatus: test.outcome,
    ...(message === null ? {} : { message: cleanLine(message) }),
    ...(output === null ? {} : { stdout: cleanText(output).split('\n') }),
    extra: { transactions, misconfigured, ...(transaction_us && { transaction_us }) },
  };
}

/** What is nobody's fault but of the harness or the user is `other`. */
function makeGuest(guest: GuestResult, ok: boolean, runFolder: string | null) {
  const { attempts, error_kind, reason, trace = [], fingerprint, warnings } = guest;
  const unjudged = error_kind === 'setup' || error_kind === 'interrupted';
  const status: Status = ok ? 'passed' : unjudged ? 'other' : 'failed';
  const attachments = artifactsOf(guest, runFolder).map((file) => ({ ...file, contentType: 'text/plain' }));
  return {
    name: 'guest',
    status,
    duration: Math.round(guest.duration_ms),
    rawStatus: error_kind ?? guest.outcome,
    ...(reason === null ? {} : { message: cleanLine(reason) }),
    ...(trace.length === 0 ? {} : { trace: trace.map((frame) => cleanLine(frame)).join('\n') }),
    ...(warnings.length === 0
      ? {}
      : { stderr: warnings.map(({ kind, line }) => cleanLine(`${kind}: ${line}`)) }),
    ...(attempts.length === 0
      ? {}
      : { retries: attempts.length, flaky: guest.flaky, retryAttempts: attempts.map(makeAttempt) }),
    ...(attachments.length === 0 ? {} : { attachments }),
    extra: {
      device: guest.device,
      ...{ kernel: guest.kernel, boot_ms: guest.boot_ms, interrupts: guest.interrupts?.device_total ?? null },
      ...(fingerprint === undefined ? {} : { fingerprint }),
      ...(guest.seed === undefined ? {} : { seed: guest.seed, repeat: guest.repeat }),
    },
  };
}

function makeAttempt({ outcome, reason, duration_ms }: GuestResult['attempts'][number], index: number) {
  const message = reason === null ? {} : { message: cleanLine(reason) };
  return {
    attempt: index + 1,
    status: 'failed',
    duration: Math.round(duration_ms),
    ...message,
    extra: { outcome },
  };
}

/** One, where all guests have the same. */
function osRelease(guests: readonly GuestResult[]) {
  const [release, ...others] = new Set(guests.flatMap(({ kernel }) => kernel ?? []));
  return release === undefined || others.length > 0 ? {} : { osRelease: cleanLine(release) };
}

function settingsOf(report: Report) {
  const { vmm, vmm_version, channel, start, plan, exerciser, command, seed, kernels, stress } = report;
  return { vmm, vmm_version, channel, start, plan, exerciser, command, seed, kernels, stress };
}

import type { GuestResult, Report, TestResult } from '@coordinator/shared/report';
import { describeStress } from '../../facts/stress.ts';
import { cleanLine, cleanText } from '../../facts/text.ts';
import type { Identity } from './identity.ts';
import { type KcidbStatus, statusOfBoot, statusOfGuest, statusOfTest } from './status.ts';

/** The longest excerpt of a log that the schema takes. */
const MAX_EXCERPT = 16_384;

/** Everything that was tested. @param planned names of all tests that a guest was to run */
export function makeTests(report: Report, planned: readonly string[], identity: Identity) {
  const suite = `coordinator.${report.exerciser ?? 'smmute'}`;
  return [
    ...report.guests.flatMap((guest) => testsOfGuest(guest, report, { suite, planned, identity })),
    ...(report.stress ? stressTests(report, suite, identity) : []),
  ];
}

interface Place {
  readonly suite: string;
  readonly planned: readonly string[];
  readonly identity: Identity;
}

function testsOfGuest(guest: GuestResult, report: Report, { suite, planned, identity }: Place) {
  const common = {
    build_id: identity.buildOf(guest.kernel === null ? null : cleanLine(guest.kernel, 200)),
    origin: identity.origin,
    environment: environmentOf(guest, report),
    ...startTime(report),
  };
  const one = (parts: readonly string[], path: string, status: KcidbStatus, more: object) => ({
    id: identity.idOf(report.run, guest.id, ...parts),
    ...common,
    path,
    status,
    ...more,
  });
  const ran = new Set(guest.tests.map(({ name }) => name));
  const missed = planned.filter((name) => !ran.has(name));
  return [
    one(
      ['boot'],
      'boot',
      statusOfBoot(guest),
      guest.boot_ms === null ? {} : { duration: seconds(guest.boot_ms) },
    ),
    ...numbered(guest.tests).map(([test, number]) =>
      one(['test', test.name, ...number], `${suite}.${pathOf(test.name)}`, statusOfTest(test), factsOf(test)),
    ),
    // What a guest never came to, since it died, was lost, or its harness was.
    ...missed.map((name) =>
      one(['test', name], `${suite}.${pathOf(name)}`, 'MISS', { comment: cleanLine(name) }),
    ),
    one(['guest'], suite, statusOfGuest(guest), { duration: seconds(guest.duration_ms), ...wordsOf(guest) }),
  ];
}

/** A plan may have a test more than once: all but the first get a number. */
function numbered(tests: readonly TestResult[]): [test: TestResult, number: string[]][] {
  const seen = new Map<string, number>();
  return tests.map((test) => {
    const count = (seen.get(test.name) ?? 0) + 1;
    seen.set(test.name, count);
    return [test, count === 1 ? [] : [String(count)]];
  });
}

function factsOf(test: TestResult) {
  const { message, output, transactions, transaction_us } = test;
  const words = [message, output].filter((text) => text !== null && text !== '').join('\n');
  return {
    comment: cleanLine(test.name),
    duration: seconds(test.duration_ms),
    ...excerpt(words),
    // An auxiliary output: the median of its transactions.
    ...(transaction_us
      ? { number: { value: transaction_us.median / 1e6, unit: 's', prefix: 'metric' } }
      : {}),
    misc: { transactions },
  };
}

function wordsOf(guest: GuestResult) {
  const { reason, warnings, trace = [], fingerprint, outcome, error_kind, attempts } = guest;
  const lines = [
    ...(reason === null ? [] : [reason]),
    ...trace,
    ...warnings.map(({ kind, line }) => `${kind}: ${line}`),
  ];
  return {
    comment: cleanLine(reason === null ? guest.id : `${guest.id}: ${reason}`),
    ...excerpt(lines.join('\n')),
    misc: { outcome, error_kind, attempts: attempts.length + 1, ...(fingerprint && { fingerprint }) },
  };
}

/** Figures, of which none is good or bad by itself. */
function stressTests(report: Report, suite: string, identity: Identity) {
  const { stress } = report;
  if (!stress) return [];
  const measured = [
    ['rate', stress.guests_per_minute, '1/min'],
    ['transactions', stress.transactions_per_second, '1/s'],
    ['boot', (stress.boot_ms?.p50 ?? Number.NaN) / 1000, 's'],
    ['transaction', (stress.transaction_us?.p50 ?? Number.NaN) / 1e6, 's'],
  ] as const;
  const [kernel = null] = report.guests.flatMap((guest) => guest.kernel ?? []);
  const common = { build_id: identity.buildOf(kernel), origin: identity.origin, ...startTime(report) };
  const rounds: KcidbStatus = stress.failures > 0 ? 'FAIL' : stress.rounds_ended > 0 ? 'PASS' : 'MISS';
  return [
    {
      ...{ id: identity.idOf(report.run, 'rounds'), ...common, path: `${suite}.rounds`, status: rounds },
      ...{ duration: seconds(report.duration_ms), comment: cleanLine(describeStress(report) ?? '') },
    },
    ...measured
      .filter(([, value]) => Number.isFinite(value))
      .map(([name, value, unit]) => ({
        ...{ id: identity.idOf(report.run, 'rounds', name), ...common, path: `${suite}.rounds.${name}` },
        ...{ status: 'DONE' as const, number: { value, unit } },
      })),
  ];
}

function environmentOf(
  { device }: GuestResult,
  { platform, vmm, vmm_version, channel, start, coordinator }: Report,
) {
  return {
    comment: cleanLine(`${platform}: ${vmm} ${vmm_version ?? ''}`),
    misc: { platform, vmm, vmm_version, channel, start, coordinator, device },
  };
}

function startTime({ started }: Report) {
  return Number.isNaN(Date.parse(started)) ? {} : { start_time: new Date(started).toISOString() };
}

function excerpt(text: string) {
  return text === '' ? {} : { log_excerpt: cleanText(text, MAX_EXCERPT - 1) };
}

/** A path is of words with dots between them: whatever else a name has becomes _. */
function pathOf(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 200) || '_';
}

const seconds = (milliseconds: number): number => milliseconds / 1000;

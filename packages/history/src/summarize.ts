import type { GuestResult, OutcomeCounts, Report } from '@coordinator/shared/report';
import { type HistoryEntry, type IndexedRun, startOf, type TestCounts } from './entry.ts';

const MAX_TEXT = 300;
const MAX_NAME = 200;
const MAX_KERNELS = 4;
const MAX_FINGERPRINTS = 8;
/** A plan has a few dozen; programs may tell of thousands of sub-tests. */
const MAX_TESTS = 300;

/** What the index keeps of a run. @param run its name, which is what the folder says and not the report */
export function summarizeRun(run: string, report: Report): IndexedRun {
  const { guests, stress, kernels = [], started } = report;
  const named = new Set([
    ...guests.flatMap(({ kernel }) => (kernel === null ? [] : [kernel])),
    ...kernels.flatMap(({ release }) => (release === null ? [] : [release])),
  ]);
  const entry: HistoryEntry = {
    run,
    state: 'finished',
    started: Number.isNaN(Date.parse(started)) ? startOf(run) : started,
    command: cut(gistOf(report.command), MAX_TEXT),
    platform: cut(report.platform, MAX_NAME),
    vmm: cut(report.vmm, MAX_NAME),
    exerciser: report.exerciser ?? null,
    plan: cut(report.plan, MAX_NAME),
    kernels: [...named].slice(0, MAX_KERNELS).map((name) => cut(name, MAX_NAME)),
    guests: stress ? new Set(guests.map(({ id }) => id.split('/')[0])).size : guests.length,
    rounds: stress?.rounds_ended ?? null,
    outcome: report.outcome,
    exit_code: report.exit_code,
    duration_ms: report.duration_ms,
    reason: reasonOf(report),
    endings: { ...(stress?.outcomes ?? countEndings(guests)) },
    flaky: stress?.flaky ?? guests.filter(({ flaky }) => flaky).length,
    fingerprints: [...new Set(guests.flatMap(({ fingerprint }) => fingerprint ?? []))].slice(
      0,
      MAX_FINGERPRINTS,
    ),
  };
  return { entry, tests: countTests(report) };
}

/** Where reports go, and how they look, says nothing about a run. */
const silentOptions = ['--runs', '--reporter', '-r', '--config', '--cache', '--keep-runs'];
const silentFlags = ['--no-color', '--timings', '--no-config'];

/** What was asked for, without the program: `test --guests 2`. */
export function gistOf([, ...words]: readonly string[]): string {
  const told = words.filter((word, index) => {
    const [name = ''] = word.split('=', 1);
    if (silentOptions.includes(name) || silentFlags.includes(word)) return false;
    return !silentOptions.includes(words[index - 1] ?? '');
  });
  return told.map((word) => word.slice(0, MAX_TEXT)).join(' ');
}

function reasonOf({ reason, guests }: Report): string | null {
  if (reason !== null) return cut(reason, MAX_TEXT);
  const first = guests.find(
    (guest) => guest.outcome !== 'pass' && guest.reason !== null && !isExplained(guest),
  );
  return first ? cut(`${first.id}: ${first.reason}`, MAX_TEXT) : null;
}

function countEndings(guests: readonly GuestResult[]): OutcomeCounts {
  const counts = { pass: 0, fail: 0, hang: 0, panic: 0, error: 0 };
  for (const { outcome } of guests) counts[outcome] += 1;
  return counts;
}

/** What was done to it on purpose, or by the user, says nothing about its tests. */
function isExplained({ fault, error_kind }: GuestResult): boolean {
  return fault !== null || error_kind === 'interrupted';
}

/**
 * A stress run keeps few of the rounds that passed; of those that it does not, every test had passed. Rounds with an
 * injected fault do not count.
 */
function countTests({ guests, stress }: Report): TestCounts[] {
  const counts = new Map<string, TestCounts>();
  const judged = guests.filter((guest) => !isExplained(guest));
  for (const { name, outcome } of judged.flatMap(({ tests }) => tests)) {
    const known = counts.get(name) ?? { name: cut(name, MAX_NAME), pass: 0, fail: 0, skip: 0 };
    known[outcome] += 1;
    if (counts.size < MAX_TESTS || counts.has(name)) counts.set(name, known);
  }
  const forgotten = stress
    ? stress.outcomes.pass - guests.filter(({ outcome }) => outcome === 'pass').length
    : 0;
  for (const count of counts.values()) {
    if (count.pass === 0 && count.fail === 0) count.skip += Math.max(0, forgotten);
    else count.pass += Math.max(0, forgotten);
  }
  return [...counts.values()];
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

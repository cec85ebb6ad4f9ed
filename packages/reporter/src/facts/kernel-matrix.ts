import type { GuestResult, Outcome, Report, TestResult } from '@coordinator/shared/report';
import { outcomes } from '@coordinator/shared/report';

/** How one test went with one kernel: the worst of its guests', and a word for all of them. */
export interface MatrixCell {
  /** Null where no guest came so far. */
  readonly outcome: Outcome | TestResult['outcome'] | null;
  readonly text: string;
}

/** Tests by kernels, of a run that was asked for several. */
export interface KernelMatrix {
  readonly kernels: readonly { readonly name: string; readonly release: string | null }[];
  /** The guests themselves first, then their tests in the order of the plan. */
  readonly rows: readonly { readonly name: string; readonly cells: readonly MatrixCell[] }[];
}

/** The row that is of no test. */
const GUEST_ROW = 'guest';

/** Of all outcomes, of guests and of tests, the worst first. */
const WORST_FIRST: readonly string[] = [
  ...outcomes.filter((one) => one !== 'pass').reverse(),
  'skip',
  'pass',
];

/** @returns null where the run has one kernel, or rounds instead of guests. */
export function kernelMatrix({ kernels = [], guests, stress }: Report): KernelMatrix | null {
  if (kernels.length === 0 || stress) return null;
  const byKernel = kernels.map(({ guests: ids }) => guests.filter(({ id }) => ids.includes(id)));
  const tests = new Set(guests.flatMap((guest) => guest.tests.map(({ name }) => name)));
  return {
    kernels: kernels.map(({ name, release }, index) => ({
      name,
      release: releaseOf(byKernel[index]) ?? release,
    })),
    rows: [
      { name: GUEST_ROW, cells: byKernel.map((some) => makeCell(some.map(({ outcome }) => outcome))) },
      ...[...tests].map((name) => ({ name, cells: byKernel.map((some) => makeCell(resultsOf(some, name))) })),
    ],
  };
}

/** What guests said their kernel is: of a file nobody knew before. */
function releaseOf(guests: readonly GuestResult[] = []): string | null {
  return guests.find(({ kernel }) => kernel !== null)?.kernel ?? null;
}

function resultsOf(guests: readonly GuestResult[], test: string): TestResult['outcome'][] {
  return guests.flatMap(({ tests }) =>
    tests.filter(({ name }) => name === test).map(({ outcome }) => outcome),
  );
}

/** "pass" of one guest, "3 pass" of three, "1 fail 2 pass" where they differ; "-" where there is nothing. */
function makeCell(found: readonly MatrixCell['outcome'][]): MatrixCell {
  const kinds = WORST_FIRST.filter((kind) => found.some((one) => one === kind)) as NonNullable<
    MatrixCell['outcome']
  >[];
  const [worst = null] = kinds;
  if (worst === null) return { outcome: null, text: '-' };
  if (found.length === 1) return { outcome: worst, text: worst };
  const counts = kinds.map((kind) => `${found.filter((one) => one === kind).length} ${kind}`);
  return { outcome: worst, text: counts.join(' ') };
}

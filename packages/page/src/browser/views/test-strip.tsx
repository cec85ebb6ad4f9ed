import type { TestResult } from '@coordinator/shared/report';

/** More fit in no card: those that did not pass come first then. */
const MAX_SQUARES = 120;

/** A square for each test, in the order of the plan: outcomes at a glance. */
export function TestStrip({
  planned,
  results,
}: {
  planned: readonly string[];
  results: readonly TestResult[];
}) {
  const own = results.filter(({ parent }) => parent === undefined);
  const rest = Math.max(0, planned.length - own.length);
  const failed = own.filter(({ outcome }) => outcome === 'fail').length;
  const skipped = own.filter(({ outcome }) => outcome === 'skip').length;
  const label = `tests: ${own.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped, ${rest} to come`;
  const shown =
    own.length > MAX_SQUARES ? own.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_SQUARES) : own;
  return (
    <div class="strip" role="img" aria-label={label}>
      {shown.map((test, index) => (
        <i key={index} class={test.outcome} title={`${test.name}: ${test.outcome}`} />
      ))}
      {planned.slice(own.length, own.length + Math.max(0, MAX_SQUARES - shown.length)).map((name) => (
        <i key={name} title={`${name}: to come`} />
      ))}
    </div>
  );
}

function rank({ outcome }: TestResult): number {
  return outcome === 'fail' ? 0 : outcome === 'skip' ? 1 : 2;
}

import type { RunModel } from '../model/run-model.ts';
import { hrefOf } from '../route.ts';
import { formatDuration } from './format.ts';
import { OutcomePill } from './outcome.tsx';

/** The rounds of a stress run to look into. */
export function Failures({ run }: { run: RunModel }) {
  const failures = run.keptFailures;
  if (failures.length === 0) return null;
  return (
    <section aria-labelledby="failures">
      <h2 id="failures">Rounds to look into</h2>
      <ul class="lines">
        {failures.map(({ id, outcome, reason, duration_ms, flaky }) => (
          <li key={id}>
            <OutcomePill outcome={outcome} /> <a href={hrefOf(run.run, id)}>{id}</a> {flaky && 'flaky '}
            {reason} <span class="quiet">{formatDuration(duration_ms)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

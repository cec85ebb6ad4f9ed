import type { RunModel } from '../model/run-model.ts';
import { formatDuration } from './format.ts';

/** What the coordinator and the agents had to say. */
export function RunLog({ run: { log } }: { run: RunModel }) {
  if (log.length === 0) return null;
  return (
    <section aria-labelledby="log">
      <h2 id="log">Log</h2>
      <ol class="lines log" aria-live="off">
        {log.map(({ at_ms, guest, level, text }, index) => (
          <li key={index} class={level}>
            <span class="quiet number">{formatDuration(at_ms)}</span> {guest !== null && <b>{guest}</b>}{' '}
            {text}
          </li>
        ))}
      </ol>
    </section>
  );
}

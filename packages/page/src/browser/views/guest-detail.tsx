import type { GuestResult } from '@coordinator/shared/report';
import type { PageModel } from '../model/page-model.ts';
import type { RunModel } from '../model/run-model.ts';
import { hrefOf } from '../route.ts';
import { Console } from './console.tsx';
import { formatDuration, phaseName } from './format.ts';
import { GuestTests } from './guest-tests.tsx';
import { Interrupts } from './interrupts.tsx';
import { OutcomePill } from './outcome.tsx';

/** One guest, or one round, with all that is known of it. */
export function GuestDetail({ model, run, id }: { model: PageModel; run: RunModel; id: string }) {
  const guest = run.builder.guest(id);
  return (
    <section class="detail" aria-labelledby="detail">
      <h2 id="detail">
        {id}
        <a class="close" href={hrefOf(run.run)} aria-label={`Close ${id}`}>
          ✕
        </a>
      </h2>
      {guest.repeat !== undefined && (
        <p class="command">
          again, alone: <code>{guest.repeat}</code>
        </p>
      )}
      <Console key={id} model={model} guest={id} />
      {guest.tests.length > 0 && <GuestTests tests={guest.tests} />}
      {guest.interrupts && <Interrupts interrupts={guest.interrupts} />}
      <Warnings guest={guest} />
      <Phases guest={guest} />
    </section>
  );
}

function Warnings({ guest: { warnings, attempts } }: { guest: GuestResult }) {
  if (warnings.length + attempts.length === 0) return null;
  return (
    <>
      <h3>Warnings</h3>
      <ul class="lines">
        {attempts.map(({ outcome, reason, duration_ms }, index) => (
          <li key={`try ${index}`}>
            an earlier try: <OutcomePill outcome={outcome} /> {reason} after {formatDuration(duration_ms)}
          </li>
        ))}
        {warnings.map(({ kind, line }, index) => (
          <li key={index}>
            <b>{kind}</b> <code>{line}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

function Phases({ guest: { phases = [] } }: { guest: GuestResult }) {
  const whole = phases.reduce((sum, { duration_ms }) => sum + duration_ms, 0);
  if (whole === 0) return null;
  return (
    <>
      <h3>Where the time went</h3>
      <ol class="phases">
        {phases.map(({ phase, duration_ms }) => (
          <li key={phase}>
            <span>{phaseName(phase)}</span>
            <span class="bar" aria-hidden="true">
              <i style={{ width: `${(100 * duration_ms) / whole}%` }} />
            </span>
            <span class="number">{formatDuration(duration_ms)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

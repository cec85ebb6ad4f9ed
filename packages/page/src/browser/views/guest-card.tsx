import type { GuestResult, Outcome } from '@coordinator/shared/report';
import type { LiveGuest } from '../model/live-guests.ts';
import type { RunModel } from '../model/run-model.ts';
import { hrefOf } from '../route.ts';
import { formatCount, formatDuration, phaseName } from './format.ts';
import { OutcomePill } from './outcome.tsx';
import { TestStrip } from './test-strip.tsx';

/** A guest at a glance: where it is in its life, its tests as they end, and how it ended. */
export function GuestCard({ run, guest, chosen }: { run: RunModel; guest: LiveGuest; chosen: boolean }) {
  const result = run.result(guest);
  const over = guest.phase === 'ended' || run.end !== null;
  // Rounds inside a guest begin behind the probe; what did not come is said by the reason.
  const planned = run.start?.tests ?? [];
  const tests = result.outcome === 'pass' && over ? [] : planned;
  const shown = over ? result.outcome : 'running';
  return (
    <li class={`card ${shown}${chosen ? ' chosen' : ''}`}>
      <h3>
        <a href={hrefOf(run.run, guest.id)} aria-current={chosen ? 'true' : undefined}>
          {guest.id}
        </a>
        <OutcomePill outcome={guest.phase === 'queued' && !over ? 'queued' : shown} />
      </h3>
      <p class="stage">
        {over ? (
          <span class="reason">
            {result.reason ?? 'all that its plan promised was reported, and was right'}
          </span>
        ) : (
          <>
            <b>{phaseName(guest.phase)}</b>
            {guest.detail !== null && <span class="mono"> {guest.detail}</span>}
          </>
        )}
      </p>
      <TestStrip planned={tests} results={result.tests} />
      <p class="numbers">
        <span>
          <b>
            {result.tests.length}
            {tests.length > 0 && `/${Math.max(tests.length, result.tests.length)}`}
          </b>{' '}
          tests
        </span>
        <span>
          <b>{formatCount(result.tests.reduce((sum, test) => sum + test.transactions, 0))}</b> transactions
        </span>
        <span>
          <b>{elapsed(run, guest, result)}</b>
        </span>
      </p>
      {guest.rounds.length > 1 && <Rounds rounds={guest.rounds} />}
      <p class="device mono">{describeDevice(result)}</p>
    </li>
  );
}

function Rounds({ rounds }: { rounds: readonly Outcome[] }) {
  const passed = rounds.filter((outcome) => outcome === 'pass').length;
  return (
    <div class="rounds" role="img" aria-label={`of the last ${rounds.length} rounds, ${passed} passed`}>
      {rounds.map((outcome, index) => (
        <i key={index} class={outcome} title={outcome} />
      ))}
    </div>
  );
}

function elapsed(run: RunModel, { startedAt, endedAt }: LiveGuest, { duration_ms }: GuestResult): string {
  if (startedAt === null) return '–';
  return formatDuration(endedAt === null ? run.now - startedAt : duration_ms);
}

function describeDevice({ device, kernel }: GuestResult): string {
  const bdf = device.host_bdf ?? device.guest_bdf;
  return [device.driver, bdf, kernel].filter((part) => part !== null).join('  ') || 'no device yet';
}

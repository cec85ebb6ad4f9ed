import type { Distribution, StressResult } from '@coordinator/shared/report';
import { formatCount, formatDuration, formatMicroseconds } from './format.ts';
import { Fact } from './run-head.tsx';
import { numbers, Table } from './table.tsx';

/** @param over whether the run has ended: what counts then is all of it, not the last seconds */
export function StressFigures({ stress, over }: { stress: StressResult; over: boolean }) {
  const { outcomes, host } = stress;
  const rates = over ? stress : stress.recent;
  const gone = Object.entries(outcomes).filter(([outcome, count]) => outcome !== 'pass' && count > 0);
  return (
    <section aria-labelledby="figures">
      <h2 id="figures">Rounds</h2>
      <dl class="figures">
        <Fact
          name="ended"
          value={`${formatCount(stress.rounds_ended)}${stress.rounds ? ` of ${formatCount(stress.rounds)}` : ''}`}
        />
        <Fact name="passed" value={formatCount(outcomes.pass)} />
        {gone.map(([outcome, count]) => (
          <Fact key={outcome} name={outcome} value={formatCount(count)} />
        ))}
        <Fact name="failures" value={formatCount(stress.failures)} />
        {stress.flaky > 0 && <Fact name="flaky" value={formatCount(stress.flaky)} />}
        <Fact name="guests a minute" value={formatCount(rates.guests_per_minute)} />
        <Fact name="transactions a second" value={formatCount(rates.transactions_per_second)} />
        <Fact name="interrupts a second" value={formatCount(rates.interrupts_per_second)} />
        {!over && stress.eta_ms !== null && <Fact name="to go" value={formatDuration(stress.eta_ms)} />}
        <Fact name="load" value={`${host.load.toFixed(1)} on ${host.cpus} CPUs`} />
      </dl>
      <div class="charts">
        <Spreads stress={stress} />
        {stress.faults.length > 0 && <Faults stress={stress} />}
      </div>
      {stress.mismatches.map((sentence) => (
        <p key={sentence} class="banner bad">
          {sentence}
        </p>
      ))}
    </section>
  );
}

const spreads = ['min', 'p50', 'p90', 'p99', 'max'] as const;

function Spreads({ stress }: { stress: StressResult }) {
  const rows: [string, Distribution | null, (value: number) => string][] = [
    ['boot', stress.boot_ms, formatDuration],
    ['agent', stress.agent_ms, formatDuration],
    ['round', stress.round_ms, formatDuration],
    ['transaction', stress.transaction_us, formatMicroseconds],
  ];
  return (
    <Table label="Times" caption="Times" headings={['of a', ...numbers(...spreads)]}>
      {rows.map(([name, spread, show]) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          {spreads.map((key) => (
            <td key={key} class="number">
              {spread === null ? '–' : show(spread[key])}
            </td>
          ))}
        </tr>
      ))}
    </Table>
  );
}

function Faults({ stress: { faults } }: { stress: StressResult }) {
  return (
    <Table
      label="Faults on purpose"
      caption="Faults on purpose"
      headings={['fault', ...numbers('injected', 'detected', 'late')]}
    >
      {faults.map(({ kind, injected, detected, late }) => (
        <tr key={kind}>
          <th scope="row">{kind}</th>
          <td class="number">{injected}</td>
          <td class={`number${detected < injected ? ' bad' : ''}`}>{detected}</td>
          <td class="number">{late}</td>
        </tr>
      ))}
    </Table>
  );
}

import type { RunModel } from '../model/run-model.ts';
import { Chart } from './chart.tsx';
import { HeatTable } from './heat-table.tsx';

/** What moved when, as far as the events of the run tell it. */
export function Charts({ run: { activity, start } }: { run: RunModel }) {
  const { rates, byVector, byCpu, guestsPerMinute } = activity;
  const cpus = [...new Set([...activity.matrix.values()].flatMap((row) => [...row.keys()]))].sort(
    (a, b) => a - b,
  );
  const rows = [...activity.matrix]
    .sort(([a], [b]) => a - b)
    .map(([vector, row]) => ({ name: String(vector), counts: cpus.map((cpu) => row.get(cpu) ?? 0) }));
  if (rates.x.length === 0 && rows.length === 0) return null;
  // What rounds said that are forgotten was not told to those who came later.
  const whose = start?.stress ? 'of rounds at hand' : 'of all guests';
  return (
    <section aria-labelledby="activity">
      <h2 id="activity">Transactions and interrupts</h2>
      <div class="charts">
        <Chart title="A second" curves={rates} />
        {start?.stress && <Chart title="Guests a minute" curves={guestsPerMinute} />}
        {start?.stress && <Chart title="Interrupts a second, by vector" curves={byVector} />}
        {byCpu.x.length > 1 && <Chart title={`Interrupts a second ${whose}, by CPU`} curves={byCpu} />}
        {rows.length > 0 && (
          <HeatTable
            label={`Interrupts ${whose}, by vector and CPU`}
            columns={cpus.map((cpu) => `CPU ${cpu}`)}
            rows={rows}
          />
        )}
      </div>
    </section>
  );
}

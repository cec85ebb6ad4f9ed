import { describeTime, notableTimes } from '@coordinator/history/compare/words';
import type { Comparison, TimeChange } from '@coordinator/history/comparison';
import { useState } from 'preact/hooks';
import { numbers, Table } from '../table.tsx';
import { Interval, reachOf } from './interval.tsx';
import { Verdict } from './verdict.tsx';

/** How long things took in both runs, and where the true difference lies. */
export function Times({ times }: { times: Comparison['times'] }) {
  const [all, setAll] = useState(false);
  if (times.length === 0) return null;
  const notable = notableTimes(times);
  const shown = all ? times : notable;
  const reach = reachOf(shown);
  return (
    <section aria-labelledby="times">
      <h2 id="times">Times</h2>
      <Table
        label="Times"
        class="changes times"
        headings={['median of', ...numbers('A', 'B', 'difference', '95%', 'P', 'values')]}
      >
        {shown.map((change) => (
          <Row key={change.name} change={change} reach={reach} />
        ))}
      </Table>
      {notable.length < times.length && (
        <p class="more">
          {all ? 'All' : notable.length} of {times.length} times{' '}
          <button type="button" aria-pressed={all} onClick={() => setAll(!all)}>
            {all ? 'Show what changed' : 'Show all times'}
          </button>
        </p>
      )}
    </section>
  );
}

function Row({ change, reach }: { change: TimeChange; reach: number }) {
  const { name, medians, difference, interval, p, values, verdict } = describeTime(change);
  return (
    <tr>
      <th scope="row">
        {name} <Verdict verdict={verdict} />
      </th>
      <td class="number">{medians[0]}</td>
      <td class="number">{medians[1]}</td>
      <td class="number">{difference}</td>
      <td class="number">
        <Interval change={change} reach={reach} />
        {interval}
      </td>
      <td class="number">{p}</td>
      <td class="number">{values}</td>
    </tr>
  );
}

import type { Comparison } from '@coordinator/history/comparison';
import { hrefOf } from '../../route.ts';
import { formatDuration, formatTime } from '../format.ts';
import { OutcomePill } from '../outcome.tsx';
import { numbers, Table } from '../table.tsx';

/** The two, under the names that they have below. */
export function ComparedRuns({ runs }: { runs: Comparison['runs'] }) {
  return (
    <Table
      label="The two runs"
      headings={[
        { name: 'called', as: 'unseen' },
        'outcome',
        'run',
        'started',
        ...numbers('duration'),
        'reason',
      ]}
    >
      {runs.map(({ run, outcome, state, started, duration_ms, reason }, index) => (
        <tr key={index}>
          <th scope="row">
            <b>{'AB'[index]}</b>
          </th>
          <td>
            <OutcomePill outcome={outcome ?? state} />
          </td>
          <td class="nowrap">
            <a class="mono" href={hrefOf(run)}>
              {run}
            </a>
          </td>
          <td class="quiet nowrap">{formatTime(started)}</td>
          <td class="number">{duration_ms === null ? '' : formatDuration(duration_ms)}</td>
          <td class="message">{reason}</td>
        </tr>
      ))}
    </Table>
  );
}

import type { TestResult } from '@coordinator/shared/report';
import { formatCount, formatDuration, formatMicroseconds } from './format.ts';
import { OutcomePill } from './outcome.tsx';
import { numbers, Table } from './table.tsx';

/** Of more, the last. */
const MAX_ROWS = 500;

export function GuestTests({ tests }: { tests: readonly TestResult[] }) {
  const rows = tests.slice(-MAX_ROWS);
  return (
    <>
      <h3>Tests</h3>
      {rows.length < tests.length && (
        <p class="quiet">
          the last {MAX_ROWS} of {tests.length}
        </p>
      )}
      <Table
        label="Tests"
        headings={['outcome', 'test', ...numbers('transactions', 'interrupts', 'median', 'time'), 'message']}
      >
        {rows.map((test, index) => (
          <Row key={index} test={test} />
        ))}
      </Table>
    </>
  );
}

function Row({ test }: { test: TestResult }) {
  return (
    <tr>
      <td>
        <OutcomePill outcome={test.outcome} />
      </td>
      <td class="mono">{test.parent === undefined ? test.name : `  ${test.name}`}</td>
      <td class="number">{formatCount(test.transactions)}</td>
      <td class="number">{test.interrupts}</td>
      <td class="number">
        {test.transaction_us === null ? '' : formatMicroseconds(test.transaction_us.median)}
      </td>
      <td class="number">{formatDuration(test.duration_ms)}</td>
      <td class="message">
        {test.message}
        {test.output !== null && (
          <details>
            <summary>output</summary>
            <pre>{test.output}</pre>
          </details>
        )}
      </td>
    </tr>
  );
}

import { formatCount } from './format.ts';
import { numbers, Table } from './table.tsx';

export interface HeatRow {
  readonly name: string;
  readonly detail?: string;
  readonly counts: readonly number[];
}

/** Counts whose cells are the darker the larger they are. */
export function HeatTable({
  label,
  columns,
  rows,
}: {
  label: string;
  columns: readonly string[];
  rows: readonly HeatRow[];
}) {
  const largest = Math.max(1, ...rows.flatMap(({ counts }) => counts));
  return (
    <Table label={label} caption={label} class="heat" headings={['vector', ...numbers(...columns, 'all')]}>
      {rows.map(({ name, detail, counts }) => (
        <tr key={name}>
          <th scope="row" title={detail}>
            {name} <span class="quiet mono">{detail}</span>
          </th>
          {counts.map((count, index) => (
            <td key={columns[index]} class="number" style={{ '--heat': `${(55 * count) / largest}%` }}>
              {formatCount(count)}
            </td>
          ))}
          <td class="number all">{formatCount(counts.reduce((sum, count) => sum + count, 0))}</td>
        </tr>
      ))}
    </Table>
  );
}

import type { ComponentChildren } from 'preact';
import { Table } from '../table.tsx';
import { Verdict } from './verdict.tsx';

/** A part of a comparison: what something was in A and is in B. Nothing where nothing changed. */
export function ChangeTable({
  title,
  of,
  rows,
  number = false,
  more,
}: {
  title: string;
  /** What stands in the first column. */
  of: string;
  rows: ReadonlyArray<{
    readonly name: string;
    readonly before: ComponentChildren;
    readonly after: ComponentChildren;
    /** Beside the name: what is first to be seen, also on a phone. */
    readonly verdict?: string;
    readonly more?: ComponentChildren;
  }>;
  /** Whether A and B are numbers. */
  number?: boolean;
  /** Name of a fourth column. */
  more?: string;
}) {
  if (rows.length === 0) return null;
  const side = number ? 'number' : 'side';
  const id = `changes-${of}`;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <Table
        label={title}
        class="changes"
        headings={[
          of,
          { name: 'A', as: side },
          { name: 'B', as: side },
          ...(more === undefined ? [] : [more]),
        ]}
      >
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">
              {row.name} <Verdict verdict={row.verdict} />
            </th>
            <td class={side}>{row.before}</td>
            <td class={side}>{row.after}</td>
            {more !== undefined && <td class="message">{row.more}</td>}
          </tr>
        ))}
      </Table>
    </section>
  );
}

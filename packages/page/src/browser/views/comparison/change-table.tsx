import type { ComponentChildren } from 'preact';
import { ScrollArea } from '../scroll-area.tsx';
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
      <ScrollArea class="wide" label={title}>
        <table class="changes">
          <thead>
            <tr>
              <th>{of}</th>
              <th class={side}>A</th>
              <th class={side}>B</th>
              {more !== undefined && <th>{more}</th>}
            </tr>
          </thead>
          <tbody>
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
          </tbody>
        </table>
      </ScrollArea>
    </section>
  );
}

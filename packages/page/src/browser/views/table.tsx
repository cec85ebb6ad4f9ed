import type { ComponentChildren } from 'preact';
import { ScrollArea } from './scroll-area.tsx';

/** What stands above a column: its name alone, or how the column looks beside it; unseen, the name is for screen readers. */
export type Heading = string | { readonly name: string; readonly as: 'number' | 'side' | 'unseen' };

/** Headings of columns with numbers in them. */
export const numbers = (...names: readonly string[]): Heading[] =>
  names.map((name) => ({ name, as: 'number' }));

/** A table as wide as it has to be. Its rows are the children. */
export function Table({
  label,
  headings,
  caption,
  children,
  ...attributes
}: {
  /** Where it scrolls, what it is for screen readers. */
  label: string;
  headings: readonly Heading[];
  /** Above it, for everybody. */
  caption?: string;
  class?: string;
  children: ComponentChildren;
}) {
  return (
    <ScrollArea class="wide" label={label}>
      <table {...attributes}>
        {caption !== undefined && <caption>{caption}</caption>}
        <thead>
          <tr>{headings.map(renderHeading)}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </ScrollArea>
  );
}

function renderHeading(heading: Heading) {
  if (typeof heading === 'string') return <th key={heading}>{heading}</th>;
  const { name, as } = heading;
  if (as !== 'unseen')
    return (
      <th key={name} class={as}>
        {name}
      </th>
    );
  return (
    <th key={name}>
      <span class="unseen">{name}</span>
    </th>
  );
}

import type { ComponentChildren } from 'preact';

/** A part that scrolls by itself, which the keyboard has to be able to as well. */
export function ScrollArea({
  label,
  class: name,
  children,
}: {
  label: string;
  class: string;
  children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys (WCAG 2.1.1)
    <section class={name} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

import { cleanText } from '../../facts/text.ts';

/** Markup that is safe to insert as it is. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Insertable = Markup | string | number | null | readonly Insertable[];

/** A template tag: text that is inserted is cleaned and escaped, {@link Markup} is not, null is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Insertable[]): Markup {
  return new Markup(strings.map((string, index) => string + render(values[index] ?? null)).join(''));
}

function render(value: Insertable): string {
  if (value === null) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(cleanText(String(value)));
  return value.map(render).join('');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

import { cleanText } from './text.ts';

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

/** An element of XML. A text is cleaned and escaped; elements inside of it stand on lines of their own. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: string | readonly Markup[] = [],
): Markup {
  const tag = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${render(value)}"`)].join(
    ' ',
  );
  if (content.length === 0) return new Markup(`<${tag}/>`);
  const inside = typeof content === 'string' ? render(content) : `\n${content.map(render).join('\n')}\n`;
  return new Markup(`<${tag}>${inside}</${name}>`);
}

function render(value: Insertable): string {
  if (value === null) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escapeMarkup(cleanText(String(value)));
  return value.map(render).join('');
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

import { cleanLine } from '../../facts/text.ts';

/** Null is left out. */
export type Fields = Readonly<Record<string, string | number | null>>;

type AnyValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number };

export interface Attribute {
  readonly key: string;
  readonly value: AnyValue;
}

/** Attributes as OTLP's JSON has them: whole numbers, of 64 bits, are written as text. */
export function attributes(fields: Fields): Attribute[] {
  return Object.entries(fields).flatMap(([key, value]) =>
    value === null ? [] : [{ key, value: anyValue(value) }],
  );
}

function anyValue(value: string | number): AnyValue {
  if (typeof value === 'string') return { stringValue: cleanLine(value, 4000) };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

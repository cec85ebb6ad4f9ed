/** Of each kind; people look at a few dozen. */
const MAX_ROWS = 400;
const MAX_TEXT = 300;

/** The first of many rows, with texts that are no longer than one reads, and how many were left out. */
export function boundRows<Row>(rows: readonly Row[]): { readonly rows: Row[]; readonly omitted: number } {
  return { rows: rows.slice(0, MAX_ROWS).map(cutTexts), omitted: Math.max(0, rows.length - MAX_ROWS) };
}

function cutTexts<Value>(value: Value): Value {
  if (typeof value === 'string') return cut(value) as Value & string;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, typeof one === 'string' ? cut(one) : one]),
  ) as Value;
}

const cut = (text: string): string => (text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`);

/** Which runs are kept: the newest ones, or those younger than an age in ms. */
export type KeepRule = { readonly count: number } | { readonly ageMs: number };

const MAX_COUNT = 1_000_000;
const MAX_DAYS = 3660;
const MS = { h: 3_600_000, d: 24 * 3_600_000, w: 7 * 24 * 3_600_000 } as const;

/** Reads "100" or "90d", "12h", "8w". @throws TypeError saying what was wrong with `text` */
export function parseKeepRule(text: string): KeepRule {
  const [, number = '', unit = ''] = /^(\d{1,7})([hdw]?)$/.exec(text.trim()) ?? [];
  const value = Number(number);
  if (number === '')
    throw new TypeError(`"${text}" says not which runs to keep; write for example 100, 90d or 12h`);
  if (unit === '') {
    if (value > MAX_COUNT) throw new TypeError(`at most ${MAX_COUNT} runs can be kept by number`);
    return { count: value };
  }
  const ageMs = value * MS[unit as keyof typeof MS];
  if (ageMs === 0 || ageMs > MAX_DAYS * MS.d)
    throw new TypeError(`an age of "${text}" cannot be; write 1h to ${MAX_DAYS}d`);
  return { ageMs };
}

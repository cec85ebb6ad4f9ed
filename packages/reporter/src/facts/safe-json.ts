/** JSON of several lines, in which what a terminal could obey is written as an escape; the newlines are its own. */
export function toSafeJson(value: unknown): string {
  return escapeUnprintable(JSON.stringify(value, null, 2));
}

/** The same in one line. */
export function toSafeJsonLine(value: unknown): string {
  return escapeUnprintable(JSON.stringify(value));
}

function escapeUnprintable(json: string): string {
  return json.replace(/(?!\n)\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}

import { cleanText, toSafeJson } from '@coordinator/reporter/text';

/** What commands print. Names, paths and other programs' words are whoever's: a terminal must find nothing to obey in them. */

/** Writes to standard output. */
export function print(text: string): void {
  process.stdout.write(cleanText(text, Number.POSITIVE_INFINITY));
}

/** Writes to standard error, for people. */
export function tell(text: string): void {
  process.stderr.write(cleanText(text, Number.POSITIVE_INFINITY));
}

/** Writes a value to standard output for programs, with nothing lost. */
export function printJson(value: unknown): void {
  process.stdout.write(`${toSafeJson(value)}\n`);
}

import type { CreateReporter } from '../reporter.ts';

/** The report as it is. Nothing is taken out of it; what a terminal could obey is written as an escape. */
export const createReporter: CreateReporter = ({ output }) => ({
  onEnd(report) {
    output.write(`${toSafeJson(report)}\n`);
  },
});

/** JSON.stringify escapes the C0 controls only; the newlines here are its own. */
export function toSafeJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/(?!\n)\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}

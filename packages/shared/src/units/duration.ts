const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

type Unit = keyof typeof MILLISECONDS;

/** Longest duration accepted: setTimeout's limit (2^31-1 ms) is a little above it. */
const MAX_MILLISECONDS = 24 * 24 * MILLISECONDS.h;

/**
 * Reads "250ms", "30s", "1.5m", "2h", or sums like "1m30s". A bare number counts seconds.
 * @returns milliseconds, above zero.
 * @throws TypeError saying what was wrong with `text`.
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  const total = /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) * MILLISECONDS.s : sumOfParts(trimmed);
  if (total === null)
    throw new TypeError(`"${text}" is not a duration; write for example 30s, 1m30s or 500ms`);
  if (total <= 0) throw new TypeError(`the duration "${text}" must be above zero`);
  if (total > MAX_MILLISECONDS) throw new TypeError(`the duration "${text}" is over the limit of 24 days`);
  return Math.round(total);
}

function sumOfParts(text: string): number | null {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return null;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * MILLISECONDS[unit as Unit],
    0,
  );
}

/** A duration for people: "850 ms", "3.1 s", "2 m 05 s", "1 h 02 m". */
export function formatDuration(milliseconds: number): string {
  const whole = Math.max(0, milliseconds);
  if (whole < 1000) return `${Math.round(whole)} ms`;
  if (whole < 59_950) return `${(whole / 1000).toFixed(1)} s`;
  const seconds = Math.round(whole / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} m`;
}

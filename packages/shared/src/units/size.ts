const FACTORS: Record<string, number> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/**
 * Reads a byte count: "256", "0x100", "64k", "1M", "2GiB" (binary multiples).
 * @throws TypeError saying what was wrong with `text`.
 */
export function parseSize(text: string): number {
  const match = /^(0x[0-9a-f]+|\d+)\s*([kmg]?)(i?b)?$/i.exec(text.trim());
  const factor = FACTORS[(match?.[2] ?? '').toLowerCase()];
  const bytes = match && factor !== undefined ? Number(match[1]) * factor : Number.NaN;
  if (!Number.isSafeInteger(bytes)) {
    throw new TypeError(`"${text}" is not a size in bytes; write for example 256, 0x100, 64k or 1M`);
  }
  return bytes;
}

/** A byte count for people: "61 B", "1.5 KiB", "256 MiB". */
export function formatSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 || Number.isInteger(value) ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

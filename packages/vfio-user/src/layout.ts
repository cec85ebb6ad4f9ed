/** One field of a little-endian wire or register layout. Offsets and widths are in bytes. */
export interface Field {
  readonly offset: number;
  readonly bytes: 1 | 2 | 4 | 8;
}

/** Field names, in order, with their places. */
export type Layout = Readonly<Record<string, Field>>;

/** The layout of fields that follow each other without gaps, by their widths in bytes. */
export function packed<const Widths extends Readonly<Record<string, Field['bytes']>>>(
  widths: Widths,
): { readonly [Name in keyof Widths]: { readonly offset: number; readonly bytes: Widths[Name] } } {
  let offset = 0;
  const fields = Object.entries(widths).map(([name, bytes]) => {
    const field = { offset, bytes };
    offset += bytes;
    return [name, field];
  });
  return Object.fromEntries(fields);
}

/** Bytes from the start of `layout` to the end of its last field. */
export function layoutBytes(layout: Layout): number {
  return Math.max(0, ...Object.values(layout).map((field) => field.offset + field.bytes));
}

/** `layout` drawn as text, one `offset+bytes name` a line: what the specs compare with the sheet. */
export function drawLayout(layout: Layout): string[] {
  return Object.entries(layout).map(
    ([name, { offset, bytes }]) => `0x${offset.toString(16).padStart(2, '0')}+${bytes} ${name}`,
  );
}

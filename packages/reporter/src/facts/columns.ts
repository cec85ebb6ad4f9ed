/** Cells as wide as the widest of their column; `numbers`: to the right, in all columns but the first. */
export function padColumns(rows: readonly (readonly string[])[], numbers = false): string[][] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) =>
      numbers && column > 0 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    ),
  );
}

import { cleanLine, padColumns } from '@coordinator/reporter/text';

/** Columns two spaces apart; a line feed behind every row, and none in a cell. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return padColumns([header, ...rows.map((row) => row.map((cell) => cleanLine(cell)))])
    .map((cells) => `${cells.join('  ').trimEnd()}\n`)
    .join('');
}

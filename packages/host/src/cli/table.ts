import { padColumns } from '@coordinator/reporter/text';

/** Columns two spaces apart; a line feed behind every row. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return padColumns([header, ...rows])
    .map((cells) => `${cells.join('  ').trimEnd()}\n`)
    .join('');
}

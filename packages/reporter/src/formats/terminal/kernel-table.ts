import { padColumns } from '../../facts/columns.ts';
import type { KernelMatrix } from '../../facts/kernel-matrix.ts';
import { cleanLine } from '../../facts/text.ts';
import type { Paint } from './paint.ts';

/** Rows above which only those are shown in which something did not pass. */
const MAX_ROWS = 60;

/** Tests by kernels on a terminal; below the name of a kernel stands what it says itself to be. */
export function renderKernelTable({ kernels, rows }: KernelMatrix, paint: Paint): string[] {
  const shown =
    rows.length <= MAX_ROWS
      ? rows
      : rows.filter(({ cells }) => cells.some(({ outcome }) => outcome !== 'pass'));
  const left = rows.length - shown.length;
  const text = [
    ['', ...kernels.map(({ name }) => cleanLine(name, 40))],
    ['', ...kernels.map(({ release, name }) => (release === name ? '' : cleanLine(release ?? '', 40)))],
    ...shown.map(({ name, cells }) => [cleanLine(name, 60), ...cells.map((cell) => cell.text)]),
  ];
  const lines = padColumns(text).map((cells, line) =>
    cells
      .map((cell, column) => {
        if (line === 0) return paint.strong(cell);
        const outcome = shown[line - 2]?.cells[column - 1]?.outcome;
        return outcome ? paint.outcome(outcome, cell) : line === 1 ? paint.faint(cell) : cell;
      })
      .join('  ')
      .trimEnd(),
  );
  return ['', ...lines, ...(left > 0 ? [paint.faint(`… and ${left} rows in which all passed`)] : [])];
}

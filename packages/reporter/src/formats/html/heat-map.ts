import type { InterruptsResult } from '@coordinator/shared/report';
import { html, type Markup } from '../../facts/markup.ts';

const CELL = { width: 34, height: 20 } as const;
const LABELS = { left: 74, top: 20 } as const;
/** Steps of colour; style.ts has a class for each. */
const STEPS = 8;
const MAX_ROWS = 64;
const MAX_CPUS = 32;

/** Interrupts by vector and CPU, the more the darker. The numbers stand in each cell, and in the table beneath. */
export function renderHeatMap({ cpus, rows }: InterruptsResult): Markup | null {
  const shown = rows.slice(0, MAX_ROWS);
  const columns = cpus.slice(0, MAX_CPUS);
  const most = Math.max(0, ...shown.flatMap(({ delta }) => delta));
  if (most === 0) return null;
  const width = LABELS.left + columns.length * CELL.width;
  const height = LABELS.top + shown.length * CELL.height;
  const cells = shown.flatMap(({ delta, hwirq, irq }, row) => {
    const y = LABELS.top + row * CELL.height;
    const label = html`<text x="${LABELS.left - 6}" y="${y + 14}" text-anchor="end">vector ${hwirq ?? irq}</text>`;
    return [
      label,
      ...columns.map((cpu, column) =>
        renderCell(
          delta[column] ?? 0,
          most,
          LABELS.left + column * CELL.width,
          y,
          `vector ${hwirq ?? irq} on CPU${cpu}`,
        ),
      ),
    ];
  });
  const heads = columns.map(
    (cpu, column) =>
      html`<text x="${LABELS.left + (column + 0.5) * CELL.width}" y="14" text-anchor="middle">CPU${cpu}</text>`,
  );
  return html`<figure tabindex="0"><figcaption>Interrupts by vector and CPU; the table beneath has the numbers.</figcaption>
<svg class="heat" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="heat map of ${shown.length} vectors on ${columns.length} CPUs, at most ${most} in a cell">${heads}${cells}</svg></figure>
`;
}

function renderCell(count: number, most: number, x: number, y: number, where: string): Markup {
  const step = count === 0 ? 0 : Math.max(1, Math.round((STEPS * count) / most));
  return html`<g><title>${where}: ${count}</title><rect class="heat-${step}" x="${x}" y="${y}" width="${CELL.width - 2}" height="${CELL.height - 2}" rx="2"/><text class="${step > STEPS / 2 ? 'on-dark' : 'on-light'}" x="${x + CELL.width / 2 - 1}" y="${y + 13}" text-anchor="middle">${count}</text></g>`;
}

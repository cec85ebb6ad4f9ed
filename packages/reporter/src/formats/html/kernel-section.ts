import type { KernelMatrix } from '../../facts/kernel-matrix.ts';
import { html, type Markup } from '../../facts/markup.ts';

/** Tests by kernels. */
export function renderKernels({ kernels, rows }: KernelMatrix): Markup {
  return html`<h2>kernels</h2>
<div class="wide" tabindex="0"><table>
<thead><tr><th>test${kernels.map(({ name, release }) => html`<th>${name}<br>${release}`)}</tr></thead>
<tbody>
${rows.map(
  ({ name, cells }) =>
    html`<tr><td>${name}${cells.map(({ outcome, text }) => html`<td class="${outcome}">${text}`)}</tr>
`,
)}</tbody>
</table></div>
`;
}

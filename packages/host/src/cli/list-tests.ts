import { promiseOf } from '@coordinator/shared/plan';
import { formatDuration } from '@coordinator/shared/units';
import { loadPlan, type PlanOptions } from '../session/load-plan.ts';
import { renderTable } from './table.ts';

/** Shows what `--list` asks for. @throws CoordinatorError (usage) */
export function listTests(options: PlanOptions): void {
  const { tests } = loadPlan(options);
  const rows = tests.map((step) => {
    const { results } = promiseOf(step);
    return [step.name, String(results.max), formatDuration(step.timeout_ms)];
  });
  process.stdout.write(renderTable(['TEST', 'RESULTS', 'LIMIT'], rows));
}

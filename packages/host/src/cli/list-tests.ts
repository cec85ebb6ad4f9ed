import { isProgram, promiseOf } from '@coordinator/shared/plan';
import { formatDuration } from '@coordinator/shared/units';
import { loadPlan, type PlanOptions } from '../session/load-plan.ts';
import { print } from './print.ts';
import { renderTable } from './table.ts';

/** Shows what `--list` asks for. @throws CoordinatorError (usage) */
export function listTests(options: PlanOptions): void {
  const { tests } = loadPlan(options);
  const rows = tests.map((step) => {
    // How many a program has, it tells when it runs.
    const results = isProgram(step) ? '-' : String(promiseOf(step).results.max);
    return [step.name, results, formatDuration(step.timeout_ms)];
  });
  print(renderTable(['TEST', 'RESULTS', 'LIMIT'], rows));
}

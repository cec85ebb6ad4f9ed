import { toSafeJsonLine } from '../facts/safe-json.ts';
import type { CreateReporter } from '../reporter.ts';

/** Every event as it comes, one JSON object a line: what `events.jsonl` holds. For programs that follow a run. */
export const createReporter: CreateReporter = ({ output }) => ({
  onEvent(event) {
    output.write(`${toSafeJsonLine(event)}\n`);
  },
});

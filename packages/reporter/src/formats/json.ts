import { toSafeJson } from '../facts/safe-json.ts';
import type { CreateReporter } from '../reporter.ts';

/** The report as it is. Nothing is taken out of it; what a terminal could obey is written as an escape. */
export const createReporter: CreateReporter = ({ output }) => ({
  onEnd(report) {
    output.write(`${toSafeJson(report)}\n`);
  },
});

import { RunTimes } from '../../facts/run-times.ts';
import { toSafeJson } from '../../facts/safe-json.ts';
import type { CreateReporter } from '../../reporter.ts';
import { makeTrace } from './trace.ts';

/**
 * A run as OpenTelemetry's spans, in the JSON encoding of OTLP: https://opentelemetry.io/docs/specs/otlp/. By the semantic
 * conventions for CI/CD a run is a pipeline run, and guests, their phases and their tests are task runs.
 */
export const createReporter: CreateReporter = ({ output, runFolder }) => {
  const times = new RunTimes();
  return {
    onEvent(event) {
      times.take(event);
    },
    onForgotten(guest) {
      times.forget(guest);
    },
    onEnd(report) {
      output.write(`${toSafeJson(makeTrace(report, times, runFolder))}\n`);
    },
  };
};

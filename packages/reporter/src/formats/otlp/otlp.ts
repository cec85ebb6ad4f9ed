import { ReportBuilder } from '@coordinator/shared/event';
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
  // Of a stress run, times of rounds that the report will not have are not kept either.
  const builder = new ReportBuilder();
  return {
    onEvent(event) {
      builder.apply(event);
      times.take(event);
      for (const guest of builder.takeForgotten()) times.forget(guest);
    },
    onEnd(report) {
      output.write(`${toSafeJson(makeTrace(report, times, runFolder))}\n`);
    },
  };
};

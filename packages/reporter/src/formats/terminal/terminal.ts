import type { CreateReporter, Reporter, ReporterContext } from '../../reporter.ts';
import { makePaint, type Paint } from './paint.ts';
import { describeEvent } from './plain.ts';
import { StressLog } from './plain-stress.ts';
import { renderSummary } from './summary.ts';

/** For people: live where lines can be redrawn, else a line for every notable event; then the summary. */
export const createReporter: CreateReporter = async (context) => {
  const paint = makePaint(context.color);
  const { stream } = context.output;
  if (context.interactive && stream) return liveReporter(stream, context, paint);
  return plainReporter(context, paint);
};

async function liveReporter(
  stream: NodeJS.WriteStream,
  { output, runFolder }: ReporterContext,
  paint: Paint,
): Promise<Reporter> {
  const { LiveView } = await import('./live.ts');
  const view = new LiveView(stream, paint);
  return {
    onEvent: (event) => view.onEvent(event),
    onEnd(report) {
      view.stop();
      output.write(toText(renderSummary(report, paint, runFolder)));
    },
    onAbandon: () => view.leave(),
  };
}

function plainReporter({ output, replay, runFolder }: ReporterContext, paint: Paint): Reporter {
  let stress: StressLog | null = null;
  return {
    onEvent(event) {
      if (event.type === 'run-started' && event.stress) stress = new StressLog(paint);
      if (replay) return;
      const line = stress ? stress.describe(event) : describeEvent(event, paint);
      if (line !== null) output.write(`${line}\n`);
    },
    onEnd(report) {
      output.write(`${replay ? '' : '\n'}${toText(renderSummary(report, paint, runFolder))}`);
    },
  };
}

function toText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

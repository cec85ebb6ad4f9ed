import type { RunEvent } from '@coordinator/shared/event';
import type { Report } from '@coordinator/shared/report';
import type { ReporterOutput } from '../output/output.ts';
import type { CreateReporter, ReporterContext } from '../reporter.ts';

/** An output that a spec can read. */
export class RecordingOutput implements ReporterOutput {
  readonly stream = null;
  text = '';
  closed = false;
  abandoned = false;

  write(text: string): void {
    this.text += text;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  abandon(): void {
    this.abandoned = true;
  }
}

/** Everything a format writes for these events and this report. */
export async function renderWith(
  create: CreateReporter,
  events: readonly RunEvent[],
  report: Report,
  context: Partial<ReporterContext> = {},
): Promise<string> {
  const output = new RecordingOutput();
  const reporter = await create({
    output,
    color: false,
    interactive: false,
    replay: false,
    runFolder: null,
    environment: {},
    ...context,
  });
  for (const event of events) reporter.onEvent?.(event);
  await reporter.onEnd?.(report);
  return output.text;
}

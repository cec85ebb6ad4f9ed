import { messageOf } from '@coordinator/base/errors';
import { ReportBuilder, type RunEvent } from '@coordinator/shared/event';
import type { Report } from '@coordinator/shared/report';
import type { ReporterName } from './formats/formats.ts';
import type { ReporterOutput } from './output/output.ts';
import type { Reporter } from './reporter.ts';

export interface ReporterFailure {
  readonly reporter: ReporterName;
  readonly message: string;
  /**
   * Whether something the user asked for was not written. Only then may the failure change the exit code of a
   * command; what the guests did is never judged by it.
   */
  readonly outputLost: boolean;
}

export interface ReporterEntry {
  readonly name: ReporterName;
  readonly reporter: Reporter;
  readonly output: ReporterOutput;
}

/** Hands a run's events to every reporter. One that throws is reported once, dropped, and does not harm the others. */
export class ReporterSet {
  #entries: readonly ReporterEntry[];
  readonly #failures: ReporterFailure[] = [];
  readonly #warn: (sentence: string) => void;
  /** Folds the events of a stress run for those who keep something of its rounds, once for all of them. */
  #rounds: ReportBuilder | null = null;

  /** @param warn gets one sentence for each reporter that failed. */
  constructor(entries: readonly ReporterEntry[], warn: (sentence: string) => void) {
    this.#entries = entries;
    this.#warn = warn;
  }

  /** Never throws. An arrow function, so that it can be handed on as a listener. */
  readonly onEvent = (event: RunEvent): void => {
    this.#tell((reporter) => reporter.onEvent?.(event));
    const keepSome = this.#entries.some(({ reporter }) => reporter.onForgotten !== undefined);
    if (event.type === 'run-started') this.#rounds = event.stress && keepSome ? new ReportBuilder() : null;
    this.#rounds?.apply(event);
    for (const guest of this.#rounds?.takeForgotten() ?? [])
      this.#tell((reporter) => reporter.onForgotten?.(guest));
  };

  /** Lets every reporter finish and closes the outputs. Never rejects. */
  async end(report: Report): Promise<readonly ReporterFailure[]> {
    for (const entry of this.#entries) {
      try {
        await entry.reporter.onEnd?.(report);
      } catch (error) {
        this.#drop(entry, error);
        continue;
      }
      await entry.output.close().catch((error: unknown) => this.#drop(entry, error, true));
    }
    this.#entries = [];
    return this.#failures;
  }

  /** Ends without a report, at once. Never throws. */
  abandon(): void {
    for (const entry of this.#entries) abandonQuietly(entry);
    this.#entries = [];
  }

  #tell(say: (reporter: Reporter) => void): void {
    for (const entry of this.#entries) {
      try {
        say(entry.reporter);
      } catch (error) {
        this.#drop(entry, error);
      }
    }
  }

  /** The terminal's progress is for looking at; a document that was asked for and is not there is lost. */
  #drop(entry: ReporterEntry, error: unknown, outputLost = entry.name !== 'terminal'): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
    abandonQuietly(entry);
    const message = messageOf(error);
    this.#failures.push({ reporter: entry.name, message, outputLost });
    this.#warn(`the ${entry.name} reporter failed: ${message}`);
  }
}

function abandonQuietly({ reporter, output }: ReporterEntry): void {
  for (const giveUp of [() => reporter.onAbandon?.(), () => output.abandon()]) {
    try {
      giveUp();
    } catch {
      // Nothing more can be done about it.
    }
  }
}

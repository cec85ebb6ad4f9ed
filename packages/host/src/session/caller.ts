import type { SetUpProgress } from '@coordinator/image';
import type { LabStage } from '@coordinator/lab';
import type { ReporterSet } from '@coordinator/reporter';
import type { RunEvent } from '@coordinator/shared/event';

/** Hears how far one set-up is. */
export interface SetUpListener {
  show(progress: SetUpProgress): void;
  /** Guests will be made of other packages than before: a sentence, and a line for each. */
  note(text: string): void;
  /** It is over, well or not. */
  end(): void;
}

/** What making files needs of whoever asked for them. */
export interface SetUpCaller {
  /** The user wants an end. */
  readonly interrupt: AbortSignal;
  /** Called as one begins. */
  setUpListener(): SetUpListener;
}

/** Where a run can be looked at. */
export interface ServedPage {
  /** With the token, if there is one. */
  readonly url: string;
  /** Tells those who look what happens before there is a run. */
  note(text: string): void;
}

/** What a run needs of whoever asked for it: the command line, or a program by the API. */
export interface Caller extends SetUpCaller {
  /** What started it, as it is kept with the run. */
  readonly command: readonly string[];
  /** Called before anything is made. @throws CoordinatorError (usage) */
  openReporters(runFolder: string): Promise<ReporterSet>;
  readonly listeners: ReadonlyArray<(event: RunEvent) => void>;
  /** From now on there can be processes of the run. */
  onRun(run: string): void;
  onLabStage(stage: LabStage): void;
  /** The run can be looked at from now on. */
  onServe(page: ServedPage): void;
  /** A line that a guest printed on its console, without control characters. Guests of the lab are not heard. */
  readonly onConsoleLine?: ((guest: string, line: string) => void) | undefined;
  /** Something went wrong that does not end the run. */
  warn(sentence: string): void;
}

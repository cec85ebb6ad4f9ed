import type { ProcessIdentity } from '@coordinator/machine/process';
import type { RunEvent } from '@coordinator/shared/event';

/** What a run has when it begins, wherever its guests are. */
export interface RunContext {
  readonly run: string;
  /** The run's folder in the run store. */
  readonly folder: string;
  /** For its sockets; short, and ours alone. */
  readonly runtimeFolder: string;
  readonly owner: ProcessIdentity;
  readonly command: readonly string[];
  readonly listeners: ReadonlyArray<(event: RunEvent) => void>;
  /** The user wants an end. */
  readonly interrupt: AbortSignal;
  /** Aborts, with a sentence as its reason, when the run cannot be kept (for example the disk is full). */
  readonly failure: AbortSignal;
  /** What was cleaned up before it. */
  readonly notices: readonly string[];
}

/** Where set-up is; the command line draws it, nothing here does. */
export interface SetUpProgress {
  /** 1-based number of the step and how many there are in this run. */
  readonly step: number;
  readonly steps: number;
  /** What is being done, such as "Downloading packages". */
  readonly label: string;
  /** 0 to 1, or null while it cannot be known. */
  readonly fraction: number | null;
  readonly bytes?: number;
  readonly totalBytes?: number;
  /** What exactly, where that takes long. */
  readonly detail?: string;
}

export type OnProgress = (progress: SetUpProgress) => void;

/** How far a step is beyond its fraction. */
export interface StepProgress {
  /** Bytes. */
  readonly done?: number;
  readonly total?: number;
  readonly detail?: string;
}

/** Numbers the steps of one run. */
export class Steps {
  readonly #onProgress: OnProgress;
  readonly #labels: readonly string[];

  constructor(labels: readonly string[], onProgress: OnProgress) {
    this.#labels = labels;
    this.#onProgress = onProgress;
  }

  /** Reports that `label`, one of the labels given, has come as far as `fraction`. */
  report(label: string, fraction: number | null, of: StepProgress = {}): void {
    this.#onProgress({
      step: this.#labels.indexOf(label) + 1,
      steps: this.#labels.length,
      label,
      fraction,
      ...(of.total !== undefined && { bytes: of.done ?? 0, totalBytes: of.total }),
      ...(of.detail !== undefined && { detail: of.detail }),
    });
  }
}

/** What becomes of a silence after a typed line. */
export type SilenceVerdict = 'wait' | 'again' | 'over';

/** Counts the silences of a console since a line was typed at it that nothing has come of yet. */
export class Unanswered {
  readonly #patience: number;
  #silences = 0;
  #isAgain = false;

  /** @param patience silences after which a line is typed again, and after as many more given up; infinity for never */
  constructor(patience: number) {
    this.#patience = patience;
  }

  /** A line was typed. @param isFirst it is no repetition: what was typed before it has been answered. */
  typed(isFirst: boolean): void {
    this.#silences = 0;
    if (isFirst) this.#isAgain = false;
  }

  /** There is somebody, who is busy with it. */
  heard(): void {
    this.#silences = 0;
  }

  /** @param mayRepeat whether the line may be typed once more */
  silent(mayRepeat: boolean): SilenceVerdict {
    this.#silences += 1;
    if (this.#silences < this.#patience) return 'wait';
    this.#silences = 0;
    if (this.#isAgain) return 'over';
    this.#isAgain = true;
    return mayRepeat ? 'again' : 'wait';
  }
}

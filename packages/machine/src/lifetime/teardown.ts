/**
 * What has to be undone, in the order in which it was done. Each set-up step registers its counterpart at once, so a
 * failure half-way undoes exactly what was set up.
 */
export class Teardown {
  readonly #steps: Array<() => Promise<unknown> | unknown> = [];

  add(undo: () => Promise<unknown> | unknown): void {
    this.#steps.push(undo);
  }

  /** Undoes the last step first. A step that fails does not keep the others from running; nothing is thrown. */
  async run(onError: (error: unknown) => void): Promise<void> {
    for (let undo = this.#steps.pop(); undo; undo = this.#steps.pop()) {
      try {
        await undo();
      } catch (error) {
        onError(error);
      }
    }
  }
}

import { hasCode } from '@coordinator/base/errors';
import type { ReporterOutput } from './output.ts';

/** Standard output or error. A reader that has gone, as in `| head`, is no failure. */
export class StreamOutput implements ReporterOutput {
  readonly stream: NodeJS.WriteStream;
  #failure: Error | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
    // It stays: an error can come after the last write has returned, and would end the process without a listener.
    stream.on('error', (error: Error) => {
      this.#failure ??= error;
    });
  }

  write(text: string): void {
    if (!this.#failure) this.stream.write(text);
  }

  async close(): Promise<void> {
    if (!this.#failure) {
      const error = await new Promise<Error | null | undefined>((done) => this.stream.write('', done));
      if (error) this.#failure ??= error;
    }
    if (this.#failure && !hasCode(this.#failure, 'EPIPE')) throw this.#failure;
  }

  abandon(): void {}
}

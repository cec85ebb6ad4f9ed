import type { QuickJsOs } from '@coordinator/shared/quickjs';
import { PIECE_BYTES, type Pipe, type PipeOptions } from './runtime.ts';

const SIGKILL = 9;
const READ_BYTES = 16 * 1024;

/** A child process at two pipes, neither of which the agent ever waits for. */
export class QuickJsPipe implements Pipe {
  readonly #os: QuickJsOs;
  readonly #options: PipeOptions;
  readonly #buffer = new ArrayBuffer(READ_BYTES);
  #input = -1;
  #output = -1;
  #pid = -1;
  #rest: Uint8Array | null = null;
  #armed = false;

  constructor(os: QuickJsOs, options: PipeOptions) {
    this.#os = os;
    this.#options = options;
    const input = os.pipe();
    const output = os.pipe();
    if (!input || !output) {
      for (const fd of [...(input ?? []), ...(output ?? [])]) os.close(fd);
      // The caller has nothing to close yet: it is told once it has.
      os.setTimeout(() => options.onEnd('no pipe for it'), 0);
      return;
    }
    this.#pid = os.exec([...options.command], {
      block: false,
      usePath: false,
      stdin: input[0],
      stdout: output[1],
      stderr: 2,
    });
    os.close(input[0]);
    os.close(output[1]);
    this.#input = input[1];
    this.#output = output[0];
    os.setReadHandler(this.#output, () => this.#read());
  }

  wake(): void {
    if (this.#armed || this.#input < 0) return;
    this.#armed = true;
    this.#os.setWriteHandler(this.#input, () => this.#write());
  }

  close(): void {
    const os = this.#os;
    if (this.#input >= 0) {
      this.#disarm();
      os.close(this.#input);
    }
    if (this.#output >= 0) {
      os.setReadHandler(this.#output, null);
      os.close(this.#output);
    }
    this.#input = -1;
    this.#output = -1;
    // Not reaped: there is one such child in the agent's life.
    if (this.#pid > 0) os.kill(this.#pid, SIGKILL);
    this.#pid = -1;
  }

  #disarm(): void {
    this.#armed = false;
    this.#os.setWriteHandler(this.#input, null);
  }

  #write(): void {
    const piece = this.#rest ?? this.#options.next();
    if (!piece) {
      this.#disarm();
      return;
    }
    const { buffer, byteOffset, length } = piece;
    const count = Math.min(length, PIECE_BYTES);
    const written = this.#os.write(this.#input, buffer as ArrayBuffer, byteOffset, count);
    if (written < 0) {
      this.#end(`writing to it failed with error ${-written}`);
      return;
    }
    this.#rest = written < length ? piece.subarray(written) : null;
  }

  #read(): void {
    const length = this.#os.read(this.#output, this.#buffer, 0, READ_BYTES);
    if (length > 0) this.#options.onOutput(new Uint8Array(this.#buffer, 0, length));
    else this.#end('it ended');
  }

  #end(reason: string): void {
    this.close();
    this.#options.onEnd(reason);
  }
}

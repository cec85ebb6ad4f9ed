import { StringDecoder } from 'node:string_decoder';
import { withoutControls } from './controls.ts';

/** A longer line is given in pieces: no guest can make us hold more. */
const MAX_LINE_CHARACTERS = 4096;

/** Cuts console output into lines, without their ends. Control characters are left out, as in a terminal's log. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  push(chunk: Buffer): string[] {
    // Carriage returns go with the other control characters: a pattern for them would look at each many times.
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > MAX_LINE_CHARACTERS) {
      lines.push(this.#rest);
      this.#rest = '';
    }
    return lines.map(clean);
  }

  /** The last line, if it had no end. */
  end(): string[] {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    return rest ? [clean(rest)] : [];
  }
}

function clean(line: string): string {
  return withoutControls(line.slice(0, MAX_LINE_CHARACTERS));
}

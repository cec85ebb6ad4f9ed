import { StringDecoder } from 'node:string_decoder';
import { withoutControls } from './controls.ts';

/**
 * At most so much at once: kvmtool takes 64 bytes of what stands in its terminal for the first of its four UARTs, and
 * hands what is beyond that to the others.
 */
const PIECE_BYTES = 48;
/** What is not echoed, such as a password, is typed on without. */
const ECHO_LIMIT_MS = 1000;
/** Enough of a piece's end to know its echo by. */
const ECHO_CHARACTERS = 8;

/** Types at a console as fast as it is seen to read. */
export class Typist {
  readonly #write: (text: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  /** Pieces that are still to be typed. */
  readonly #pieces: string[] = [];
  /** The end of the piece that was typed last, while its echo is waited for. */
  #expected: string | null = null;
  #seen = '';
  #limit: NodeJS.Timeout | undefined;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Whether a part of what is to be typed was not typed yet. */
  get isBusy(): boolean {
    return this.#pieces.length > 0;
  }

  type(text: string): void {
    this.#pieces.push(...piecesOf(text));
    if (this.#expected === null) this.#next();
  }

  /** What the console prints, the echo of what was typed among it. */
  push(chunk: Buffer): void {
    if (this.#expected === null) return;
    this.#seen = (this.#seen + visible(this.#decoder.write(chunk))).slice(-PIECE_BYTES * 2);
    if (this.#seen.includes(this.#expected)) this.#next();
  }

  /** What was not typed yet never is. */
  end(): void {
    clearTimeout(this.#limit);
    this.#pieces.length = 0;
    this.#expected = null;
  }

  #next(): void {
    clearTimeout(this.#limit);
    const piece = this.#pieces.shift();
    this.#seen = '';
    this.#expected = null;
    if (piece === undefined) return;
    this.#write(piece);
    // Nothing is left to wait with.
    if (this.#pieces.length === 0) return;
    this.#expected = visible(piece).slice(-ECHO_CHARACTERS);
    this.#limit = setTimeout(() => this.#next(), ECHO_LIMIT_MS);
  }
}

function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > PIECE_BYTES) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return piece === '' ? pieces : [...pieces, piece];
}

/** A shell breaks a line that is wider than its terminal, in a way of its own. */
function visible(text: string): string {
  return withoutControls(text).replace(/\s/g, '');
}

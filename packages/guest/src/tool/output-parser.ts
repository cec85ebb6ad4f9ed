import { asciiText } from '../system/text.ts';

/** One result as the tool printed it. */
export interface ToolResult {
  readonly transaction: number;
  /** An errno: 0 is success; of an engine, 22 (EINVAL) means that it refused the frame as misconfigured. */
  readonly status: number;
  /** What the tool wrote behind the status. */
  readonly statusText: string;
  /** Hexadecimal; of a transaction that failed, the address where. Null for the second of P2P. */
  readonly value: string | null;
  /** Null for the second of P2P. */
  readonly duration_us: number | null;
  /** Whether it is of the second transaction of a P2P pair. */
  readonly isSecond: boolean;
}

const NEWLINE = 0x0a;
const DASH = 0x2d;
const LETTER_R = 0x52;
const COLON = 0x3a;
const SPACE = 0x20;

/** Longer than any line that matters. The rest of a longer one is passed over. */
const MAX_LINE_BYTES = 160;

/** Behind a dump whose size is 1 modulo 16 it stands on the dump's last line. */
const HEADER = /(?:^|^[0-9a-f]+: [0-9a-f]{2} ?)Result(?: (\d+))?:\s*$/;
const FIELD = /^- (\w+)\s*= (.*?)\s*$/;
const MAX_STATUS = 4095;

/**
 * Finds results in what a tool of the kit prints, in pieces of any size; one parser a stream, as newer builds print
 * them on stdout and older ones on stderr:
 *
 *     Result:
 *     - transaction          = 7
 *     - status               = 0 Success
 *     - value                = 0x0
 *     - duration             = 412 us
 *
 * and, of the second transaction of a P2P pair, `Result 2:` with the first two lines only. Never throws. A block counts
 * when all of its lines are there, in order. Most of the output is hexadecimal dumps:
 * lines are found by bytes and made into strings only where they can matter, as this runs under QuickJS in an
 * emulated guest beside the tool.
 */
export class ToolOutputParser {
  readonly #onResult: (result: ToolResult) => void;
  readonly #line = new Uint8Array(MAX_LINE_BYTES);
  #lineBytes = 0;
  #overlong = false;
  #fields: string[] | null = null;
  #isSecond = false;

  constructor(onResult: (result: ToolResult) => void) {
    this.#onResult = onResult;
  }

  push(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      if (this.#lineBytes === 0 && !this.#overlong) this.#take(bytes, start, end);
      else {
        this.#keep(bytes, start, end);
        if (!this.#overlong) this.#take(this.#line, 0, this.#lineBytes);
        else this.#fields = null;
        this.#lineBytes = 0;
        this.#overlong = false;
      }
      start = end + 1;
    }
    this.#keep(bytes, start, bytes.length);
  }

  /** Holds back the start of a line whose end has not come. */
  #keep(bytes: Uint8Array, start: number, end: number): void {
    if (this.#overlong || this.#lineBytes + (end - start) > MAX_LINE_BYTES) {
      this.#overlong = true;
      return;
    }
    this.#line.set(bytes.subarray(start, end), this.#lineBytes);
    this.#lineBytes += end - start;
  }

  #take(bytes: Uint8Array, start: number, end: number): void {
    const first = bytes[start];
    const mayBeHeader = first === LETTER_R || lastOf(bytes, start, end) === COLON;
    if (end - start > MAX_LINE_BYTES || (first !== DASH && !mayBeHeader)) {
      this.#fields = null;
      return;
    }
    const line = asciiText(bytes.subarray(start, end));
    if (mayBeHeader && first !== DASH) {
      const [header, number = '1'] = HEADER.exec(line) ?? [];
      this.#fields = header === undefined ? null : [];
      this.#isSecond = number !== '1';
      return;
    }
    if (!this.#fields) return;
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name !== FIELDS[this.#fields.length] || value === undefined) {
      this.#fields = null;
      return;
    }
    this.#fields.push(value);
    if (this.#fields.length < (this.#isSecond ? FIELDS_OF_SECOND : FIELDS.length)) return;
    const result = toResult(this.#fields, this.#isSecond);
    this.#fields = null;
    if (result) this.#onResult(result);
  }
}

/** The last byte of a line that is no blank. */
function lastOf(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = end - 1;
  while (at > start && (bytes[at] as number) <= SPACE) at -= 1;
  return bytes[at];
}

const FIELDS = ['transaction', 'status', 'value', 'duration'];
const FIELDS_OF_SECOND = 2;

function toResult(fields: readonly string[], isSecond: boolean): ToolResult | null {
  const [id = '', state = '', value = '', time = ''] = fields;
  const [, status, statusText = ''] = /^(\d{1,10})(?: (.*))?$/.exec(state) ?? [];
  if (!/^\d{1,20}$/.test(id) || status === undefined || Number(status) > MAX_STATUS) return null;
  const result = { transaction: Number(id), status: Number(status), statusText, isSecond };
  if (isSecond) return { ...result, value: null, duration_us: null };
  const [, duration] = /^(\d{1,12}) us$/.exec(time) ?? [];
  if (!/^0x[0-9a-f]{1,16}$/.test(value) || duration === undefined) return null;
  return { ...result, value, duration_us: Number(duration) };
}

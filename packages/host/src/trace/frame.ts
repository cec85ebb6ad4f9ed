/** A function in a kernel's trace: where in it, and how long it is, in bytes. */
export interface Frame {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** Reads `name+0x1c/0x40`; null for what is of a module, which has a file of its own, or is told already. */
export function parseFrame(text: string): Frame | null {
  const [, name, offset, size] =
    /^([A-Za-z_][\w.$]*)\+0x([0-9a-f]{1,8})\/0x([0-9a-f]{1,8})$/.exec(text) ?? [];
  if (name === undefined || offset === undefined || size === undefined) return null;
  return { name, offset: Number.parseInt(offset, 16), size: Number.parseInt(size, 16) };
}

/**
 * Finds where functions begin, in what `nm -n` prints: `ADDRESS TYPE NAME`, ascending. As in the kernel's own table, a
 * function goes up to the next symbol; one of another length is another function of that name, or another kernel's.
 */
export class SymbolSearch {
  readonly #wanted: ReadonlySet<string>;
  readonly #found = new Map<string, bigint>();
  #open: string[] = [];
  #address = 0n;

  constructor(frames: readonly Frame[]) {
    this.#wanted = new Set(frames.map(keyOf));
  }

  push(line: string): void {
    // Names of the assembler's own ($x, .L1) are not in the kernel's table.
    const [, digits, name] = /^([0-9a-f]{1,16}) [A-Za-z] ([A-Za-z_][\w.$]*)$/.exec(line) ?? [];
    if (digits === undefined || name === undefined) return;
    const address = BigInt(`0x${digits}`);
    if (address !== this.#address) this.#close(address);
    this.#address = address;
    this.#open.push(name);
  }

  #close(next: bigint): void {
    for (const name of this.#open) {
      const key = `${name} ${next - this.#address}`;
      if (this.#wanted.has(key)) this.#found.set(key, this.#address);
    }
    this.#open = [];
  }

  /** Null where the file has no such function. @param before so many bytes before the place */
  addressOf(frame: Frame, before = 0): string | null {
    const start = this.#found.get(keyOf(frame));
    return start === undefined ? null : `0x${(start + BigInt(frame.offset - before)).toString(16)}`;
  }
}

const keyOf = ({ name, size }: Frame): string => `${name} ${size}`;

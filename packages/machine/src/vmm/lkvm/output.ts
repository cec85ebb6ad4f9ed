/** What kvmtool says on its own console, between the guest's lines. */
export interface LkvmSaid {
  /** "KVM session ended normally", in either spelling. */
  readonly endedNormally: boolean;
  /** Its errors and fatal errors, the last ones first to matter. */
  readonly errors: readonly string[];
}

const MAX_ERRORS = 10;

/** Listens for kvmtool's own lines: `  Info: …`, `  Error: …`, `  Fatal: …`, and the `# …` of older builds. */
export class LkvmListener {
  #endedNormally = false;
  readonly #errors: string[] = [];

  onLine(line: string): void {
    if (/^\s*(Info:|#)\s*KVM session ended normally\.?\s*$/.test(line)) this.#endedNormally = true;
    const complaint = /^\s*(?:Error|Fatal):\s*(.+?)\s*$/.exec(line);
    if (complaint && this.#errors.length < MAX_ERRORS) this.#errors.push(complaint[1] as string);
  }

  get said(): LkvmSaid {
    return { endedNormally: this.#endedNormally, errors: this.#errors };
  }
}

export interface LkvmInstance {
  readonly pid: number;
  readonly name: string;
  readonly state: string;
}

/** Reads what `lkvm list` prints: a header, a dashed line, and a row for each guest. */
export function parseLkvmList(text: string): LkvmInstance[] {
  return text.split('\n').flatMap((line) => {
    const row = /^\s*(\d+)\s+(\S+)\s+(\S+)\s*$/.exec(line);
    return row ? [{ pid: Number(row[1]), name: row[2] as string, state: row[3] as string }] : [];
  });
}

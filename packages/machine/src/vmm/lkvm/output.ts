/** What kvmtool said of itself, on standard error or, as older builds and a terminal have it, between the guest's lines. */
export interface LkvmSaid {
  /** "KVM session ended normally", in either spelling. */
  readonly endedNormally: boolean;
  /** What it complained of: errors, fatal errors, and why it showed its usage. */
  readonly errors: readonly string[];
}

const MAX_ERRORS = 10;

/** Listens for kvmtool's own lines: `  Info: …`, `  Warning: …`, `  Error: …`, `  Fatal: …`, and the `# …` of older builds. */
export class LkvmListener {
  #endedNormally = false;
  readonly #errors: string[] = [];
  /** The last line of its standard error that is neither news nor an error: a loader's complaint, a crash. */
  #other: string | null = null;
  #inUsage = false;

  /** A line of the console, most of which are the guest's. */
  onConsoleLine(line: string): void {
    if (isEnd(line)) this.#endedNormally = true;
    const complaint = complaintOf(line);
    if (complaint !== null) this.#complain(complaint);
  }

  /** A line of standard error. */
  onErrorLine(line: string): void {
    this.onConsoleLine(line);
    // A refused argument is followed by all there are. parse_options(), util/parse-options.c.
    if (/^\s*usage:/i.test(line)) this.#inUsage = true;
    if (this.#inUsage || line.trim() === '' || isNews(line) || complaintOf(line) !== null) return;
    this.#other = line.trim();
  }

  get said(): LkvmSaid {
    const errors = this.#errors.length === 0 && this.#other !== null ? [this.#other] : this.#errors;
    return { endedNormally: this.#endedNormally, errors };
  }

  #complain(text: string): void {
    if (this.#errors.length < MAX_ERRORS && !this.#errors.includes(text)) this.#errors.push(text);
  }
}

function isEnd(line: string): boolean {
  return /^\s*(Info:|#)\s*KVM session ended normally\.?\s*$/.test(line);
}

function isNews(line: string): boolean {
  return /^\s*(Info:|Warning:|#)/.test(line);
}

function complaintOf(line: string): string | null {
  return /^\s*(?:Error|Fatal):\s*(.+?)\s*$/.exec(line)?.[1] ?? null;
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

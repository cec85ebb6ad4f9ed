import { CANNOT_EXECUTE, type Processes, type RunResult } from '../runtime/runtime.ts';
import type { GuestSystem } from '../system/guest-system.ts';
import { OutputTail } from '../system/output-tail.ts';
import { ToolOutputParser } from './output-parser.ts';
import { ResultTally } from './tally.ts';

/** Enough for a sentence behind the results of older builds, which print them on stderr too. */
const LAST_WORDS_BYTES = 2048;
/** A line of a result or of a dump. */
const RESULT_LINE = /^(Result|- \w|Output buffer:|Command is now| \.\.\.|[0-9a-f]+: )/;

export interface ToolRun extends RunResult {
  readonly results: ResultTally;
  /** The last of what was printed. */
  readonly output: string;
  /** The last line on stderr that is of no result, or null. */
  readonly lastWords: string | null;
}

/** A program of the kit that prints results (see {@link ToolOutputParser}). */
export class KitTool {
  readonly #processes: Processes;
  readonly #system: GuestSystem;
  readonly #outputBytes: number;
  readonly #name: string;
  #path: string;
  #copied = false;

  /**
   * @param outputBytes how much of its output is kept
   * @throws Error when the kit has none.
   */
  constructor(processes: Processes, system: GuestSystem, kit: string, name: string, outputBytes: number) {
    this.#processes = processes;
    this.#system = system;
    this.#name = name;
    this.#outputBytes = outputBytes;
    this.#path = `${kit}/${name}`;
    const status = system.files.stat(this.#path);
    if (status?.kind !== 'file') throw new Error(`the kit has no tool ${this.#path}`);
    if (!status.executable) this.#copy();
  }

  /** @param overlapping see {@link ResultTally} */
  async run(args: readonly string[], limitMs: number, overlapping = false): Promise<ToolRun> {
    const first = await this.#runOnce(args, limitMs, overlapping);
    if (this.#copied || !couldNotStart(first)) return first;
    // A share mounted noexec looks no different from outside.
    this.#copy();
    return this.#runOnce(args, limitMs, overlapping);
  }

  async #runOnce(args: readonly string[], limitMs: number, overlapping: boolean): Promise<ToolRun> {
    const results = new ResultTally(overlapping);
    const add = (result: Parameters<ResultTally['add']>[0]) => results.add(result);
    const parsers = { stdout: new ToolOutputParser(add), stderr: new ToolOutputParser(add) };
    const output = new OutputTail(this.#outputBytes);
    const words = new OutputTail(LAST_WORDS_BYTES);
    const result = await this.#processes.run({
      command: [this.#path, ...args],
      limitMs,
      onOutput(stream, bytes) {
        parsers[stream].push(bytes);
        output.push(bytes);
        if (stream === 'stderr') words.push(bytes);
      },
    });
    const lines = words.text().split('\n');
    const lastWords = lines.findLast((line) => line.trim() !== '' && !RESULT_LINE.test(line))?.trim() ?? null;
    return { ...result, results, output: output.text(), lastWords };
  }

  #copy(): void {
    const copy = this.#system.path(`/tmp/coordinator-${this.#name}`);
    this.#system.files.copyExecutable(this.#path, copy);
    this.#path = copy;
    this.#copied = true;
  }
}

function couldNotStart({ end, output }: ToolRun): boolean {
  return output === '' && (end.kind === 'lost' || (end.kind === 'exited' && end.status === CANNOT_EXECUTE));
}

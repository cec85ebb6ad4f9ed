import { CANNOT_EXECUTE, type Processes, type RunResult } from '../runtime/runtime.ts';
import type { GuestSystem } from '../system/guest-system.ts';
import { OutputTail } from '../system/output-tail.ts';
import { ToolOutputParser } from './output-parser.ts';
import { ResultTally } from './tally.ts';

const LAST_WORDS_BYTES = 512;

export interface ToolRun extends RunResult {
  readonly results: ResultTally;
  /** The last of what was printed. */
  readonly output: string;
  /** The last line on stderr, or null. */
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

  async run(args: readonly string[], limitMs: number): Promise<ToolRun> {
    const first = await this.#runOnce(args, limitMs);
    if (this.#copied || !couldNotStart(first)) return first;
    // A share mounted noexec looks no different from outside.
    this.#copy();
    return this.#runOnce(args, limitMs);
  }

  async #runOnce(args: readonly string[], limitMs: number): Promise<ToolRun> {
    const results = new ResultTally();
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
    const lastWords = words.text().trim().split('\n').at(-1)?.trim() || null;
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

import type { SetUpProgress } from '@coordinator/image';
import { cleanLine, cleanText } from '@coordinator/reporter/text';
import { formatSize } from '@coordinator/shared/units';
import type { SetUpCaller } from '../session/caller.ts';

const BAR_CELLS = 24;
/** How often a log has a line of one step. */
const DETAIL_MS = 30_000;

/** How a command has set-up shown: on stderr. */
export function showSetUp(color: boolean, interrupt: AbortSignal): SetUpCaller {
  return { interrupt, setUpListener: () => new SetUpProgressLine(process.stderr, color) };
}

type LiveLine = ((text: string) => void) & { clear(): void };

/** Shows how far set-up is: one line redrawn on a terminal, one line a step elsewhere. Silent when nothing is done. */
export class SetUpProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #redraws: boolean;
  #live: LiveLine | null = null;
  #loading = false;
  #ended = false;
  #step = '';
  #written = 0;

  constructor(stream: NodeJS.WriteStream, color: boolean) {
    this.#stream = stream;
    this.#redraws = stream.isTTY === true && color;
  }

  show(progress: SetUpProgress): void {
    if (this.#redraws) {
      if (!this.#loading) void this.#load();
      this.#live?.(formatProgress(progress));
      return;
    }
    const step = `${progress.step} ${progress.label}`;
    const isNew = step !== this.#step;
    // A log is told now and then that what takes long goes on.
    if (!isNew && (progress.detail === undefined || performance.now() - this.#written < DETAIL_MS)) return;
    this.#step = step;
    this.#written = performance.now();
    const { steps, label, detail } = progress;
    this.#stream.write(`setup ${progress.step}/${steps}: ${cleanLine(label)}${behind(detail)}\n`);
  }

  note(text: string): void {
    this.#live?.clear();
    this.#stream.write(`coordinator: ${cleanText(text)}\n`);
  }

  end(): void {
    this.#ended = true;
    this.#live?.clear();
  }

  /** On the first progress: most runs find everything there and need no line. */
  async #load(): Promise<void> {
    this.#loading = true;
    const { createLogUpdate } = await import('log-update');
    if (!this.#ended) this.#live = createLogUpdate(this.#stream);
  }
}

/** "setup 2/5 [######------------------] 25%  Downloading packages  43 MiB of 172 MiB" */
export function formatProgress(progress: SetUpProgress): string {
  const { step, steps, label, fraction, bytes, totalBytes, detail } = progress;
  const bar =
    fraction === null ? '' : ` [${drawBar(fraction)}] ${String(Math.round(fraction * 100)).padStart(3)}%`;
  const size =
    bytes === undefined || !totalBytes ? '' : `  ${formatSize(bytes)} of ${formatSize(totalBytes)}`;
  return `setup ${step}/${steps}${bar}  ${cleanLine(label)}${size}${behind(detail)}`;
}

/** A detail is what apt or a compiler says. */
function behind(detail: string | undefined): string {
  return detail === undefined ? '' : `  ${cleanLine(detail)}`;
}

function drawBar(fraction: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_CELLS);
  return '#'.repeat(filled) + '-'.repeat(BAR_CELLS - filled);
}

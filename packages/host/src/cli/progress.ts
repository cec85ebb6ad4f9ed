import type { SetUpProgress } from '@coordinator/image';
import { formatSize } from '@coordinator/shared/units';
import { createLogUpdate } from 'log-update';

const BAR_CELLS = 24;

/** Shows how far set-up is: one line redrawn on a terminal, one line a step elsewhere. Silent when nothing is done. */
export class SetUpProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #live: ReturnType<typeof createLogUpdate> | null;
  #step = '';

  constructor(stream: NodeJS.WriteStream, color: boolean) {
    this.#stream = stream;
    this.#live = stream.isTTY && color ? createLogUpdate(stream) : null;
  }

  show(progress: SetUpProgress): void {
    if (this.#live) {
      this.#live(formatProgress(progress));
      return;
    }
    const step = `${progress.step} ${progress.label}`;
    if (step === this.#step) return;
    this.#step = step;
    this.#stream.write(`setup ${progress.step}/${progress.steps}: ${progress.label}\n`);
  }

  end(): void {
    this.#live?.clear();
  }
}

/** "setup 2/5 [######------------------] 25%  Downloading packages  43 MiB of 172 MiB" */
export function formatProgress({ step, steps, label, fraction, bytes, totalBytes }: SetUpProgress): string {
  const bar =
    fraction === null ? '' : ` [${drawBar(fraction)}] ${String(Math.round(fraction * 100)).padStart(3)}%`;
  const size =
    bytes === undefined || !totalBytes ? '' : `  ${formatSize(bytes)} of ${formatSize(totalBytes)}`;
  return `setup ${step}/${steps}${bar}  ${label}${size}`;
}

function drawBar(fraction: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_CELLS);
  return '#'.repeat(filled) + '-'.repeat(BAR_CELLS - filled);
}

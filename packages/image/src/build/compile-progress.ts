import { formatDuration } from '@coordinator/shared/units';

/** A line of a quiet build: `  CC [M]  drivers/net/x.o`. What is compiled counts; what is generated is soon there. */
const STEP = /^ {2}(CC|AS|LD|AR)( \[M\])? +(?<path>\S+)/;

/** Lines come by the hundred a second at the end: nobody reads as fast. */
const QUIET_MS = 200;

/** What `make` of a kernel has done so far, from what it prints: how much there is in all, nobody knows before. */
export class CompileProgress {
  readonly #tell: (detail: string) => void;
  readonly #now: () => number;
  readonly #started: number;
  #told = Number.NEGATIVE_INFINITY;
  #files = 0;

  constructor(tell: (detail: string) => void, now: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#now = now;
    this.#started = now();
  }

  see(line: string): void {
    const path = STEP.exec(line)?.groups?.['path'];
    if (path === undefined) return;
    this.#files++;
    const now = this.#now();
    if (now - this.#told < QUIET_MS) return;
    this.#told = now;
    const folder = path.split('/').slice(0, -1).slice(0, 3).join('/') || '.';
    this.#tell(`${this.#files} files compiled, now ${folder}, ${formatDuration(now - this.#started)}`);
  }
}

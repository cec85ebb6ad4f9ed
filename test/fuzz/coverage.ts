import { type Profiler, Session } from 'node:inspector';

/** Offsets in a script, from and up to. */
type Span = readonly [start: number, end: number];

/** What ran: of each function that did, the parts that did not. */
export type Covered = ReadonlyMap<string, readonly Span[]>;

/**
 * Which blocks of code an input reaches, as V8 counts them itself (precise coverage, block by block): nothing is
 * rewritten, and code runs about as fast as without. Code that was compiled before is only known by its functions: begin
 * before it is loaded.
 */
export class Coverage {
  readonly #session = new Session();
  readonly #isOurs: (url: string) => boolean;
  readonly #known = new Map<string, readonly Span[]>();

  /** @param isOurs which scripts count, by their URLs. */
  constructor(isOurs: (url: string) => boolean) {
    this.#isOurs = isOurs;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    this.#take();
  }

  /** Begins anew: nothing was ever reached. */
  forget(): void {
    this.#known.clear();
    this.#take();
  }

  close(): void {
    this.#session.disconnect();
  }

  /** What `run` reaches. Asking takes milliseconds, as all functions of all scripts are looked at. */
  of(run: () => void): Covered {
    run();
    const covered = new Map<string, readonly Span[]>();
    for (const { scriptId, url, functions } of this.#take()) {
      if (!this.#isOurs(url)) continue;
      for (const { ranges } of functions) {
        const [whole, ...parts] = ranges;
        if (!whole || whole.count === 0) continue;
        const missed = parts.filter(({ count }) => count === 0);
        const key = `${scriptId}:${whole.startOffset}:${whole.endOffset}`;
        covered.set(
          key,
          missed.map(({ startOffset, endOffset }) => [startOffset, endOffset] as const),
        );
      }
    }
    return covered;
  }

  /** Whether any of it was never reached before. */
  isNew(covered: Covered): boolean {
    return [...covered].some(([key, missed]) => {
      const before = this.#known.get(key);
      return before === undefined || lengthOf(common(before, missed)) < lengthOf(before);
    });
  }

  add(covered: Covered): void {
    for (const [key, missed] of covered) {
      const before = this.#known.get(key);
      this.#known.set(key, before ? common(before, missed) : missed);
    }
  }

  /** Functions that were reached. */
  get functions(): number {
    return this.#known.size;
  }

  /** Parts of these functions that were never reached. */
  get missed(): number {
    return [...this.#known.values()].reduce((sum, spans) => sum + spans.length, 0);
  }

  #take(): readonly Profiler.ScriptCoverage[] {
    let result: readonly Profiler.ScriptCoverage[] = [];
    // The callback is called before post() returns, as both ends are in this thread.
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error) throw error;
      result = taken.result;
    });
    return result;
  }
}

/** What lies in both of two lists of spans. */
export function common(a: readonly Span[], b: readonly Span[]): readonly Span[] {
  const spans = a.flatMap(([start, end]) =>
    b.map(([from, to]) => [Math.max(start, from), Math.min(end, to)] as const),
  );
  return spans.filter(([start, end]) => start < end);
}

function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, [start, end]) => sum + end - start, 0);
}

import { promiseOf } from '@coordinator/shared/plan';
import type { InterruptsResult } from '@coordinator/shared/report';
import { type JudgedTest, judgeInterrupts, type Reading, type Subject } from './judge.ts';
import { Turn } from './turn.ts';

/** What the driver says when a result was found by its poll, before the interrupt was served. */
const MISSED_MSI = /missed MSI for transaction \d+/;
/** Lines that are shown; all are counted. */
const MAX_EVIDENCE = 3;
/** In so many transactions at least, interrupts that are all late are no accident of a crowded machine. */
const NO_ACCIDENT = 8;

export interface TestInterrupts {
  readonly total: number;
  /** What is wrong, in one sentence with the driver's own words; null when nothing is. */
  readonly problem: string | null;
  /** What is worth a word, though nothing is wrong. */
  readonly warning: string | null;
}

/** A device's interrupts in one round: every reading of /proc/interrupts, and what the driver says of them. */
export class InterruptAccount {
  readonly #turn: Turn;
  #first: Reading | null = null;
  #last: Reading = { text: '' };
  #missed: string[] = [];
  #missedCount = 0;

  constructor(turn = new Turn()) {
    this.#turn = turn;
  }

  /** The account of the same device's next round. */
  follow(): InterruptAccount {
    return new InterruptAccount(this.#turn);
  }

  /** A reading. @returns the one before it; the first is its own. */
  read(reading: Reading): Reading {
    const before = this.#first === null ? reading : this.#last;
    this.#first ??= reading;
    this.#last = reading;
    return before;
  }

  beginTest(): void {
    this.#missed = [];
    this.#missedCount = 0;
  }

  consoleLine(line: string): void {
    const [said] = MISSED_MSI.exec(line) ?? [];
    if (said === undefined) return;
    this.#missedCount += 1;
    if (this.#missed.length < MAX_EVIDENCE) this.#missed.push(said);
  }

  /** @param waitedMs for how long the agent had read anew, because interrupts were missing */
  judgeTest(subject: Subject, test: JudgedTest, before: Reading, waitedMs: number): TestInterrupts {
    const { step, result } = test;
    const { total, problem, byVector } = judgeInterrupts({ before, after: this.#last }, subject, [test]);
    const found = problem ?? this.#orderProblem(test, byVector, waitedMs);
    if (found !== null) {
      this.#turn.forget();
      const evidence = this.#missed.length === 0 ? '' : `; the driver says: ${this.#missed.join(', ')}`;
      return { total, problem: `${found}${evidence}`, warning: null };
    }
    const late = waitedMs > 0 && result.outcome === 'pass';
    const warning = `test ${step.name}: interrupts were late, the last came within ${Math.round(waitedMs)} ms of its result`;
    return { total, problem: null, warning: late ? warning : null };
  }

  /** All tests of the round together. */
  judgeRun(
    subject: Subject,
    tests: readonly JudgedTest[],
  ): { interrupts: InterruptsResult | null; problem: string | null } {
    return judgeInterrupts({ before: this.#first ?? this.#last, after: this.#last }, subject, tests);
  }

  /** As many interrupts as there should be, but on other vectors, or before there was a result. */
  #orderProblem({ step, result }: JudgedTest, byVector: readonly number[], waitedMs: number): string | null {
    const { interrupts, misconfigured, overlaps, ...promise } = promiseOf(step);
    const inTurn =
      promise.inTurn &&
      interrupts !== null &&
      interrupts.min === interrupts.max &&
      !overlaps &&
      misconfigured.max === 0;
    if (!inTurn || result.outcome !== 'pass' || interrupts.max === 0) {
      this.#turn.forget();
      return null;
    }
    if (!this.#turn.take(byVector))
      return `the vectors were not used in turn: ${byVector.join(', ')} interrupts, after those of the tests before`;
    const all =
      waitedMs === 0 && result.transactions >= NO_ACCIDENT && this.#missedCount >= result.transactions - 1;
    return all ? "every interrupt came while there was no result: each was found by the driver's poll" : null;
  }
}

import type { AgentMessage } from '@coordinator/shared/message';
import type { InterruptReadings, TestStep } from '@coordinator/shared/plan';

/** What a guest is to report in one round. */
export interface Contract {
  readonly tests: readonly TestStep[];
  readonly interrupts: InterruptReadings;
  /** The number of a round that a guest which stays was sent; null for its first, which begins with hello and probe. */
  readonly round: number | null;
}

/** Contradictions beyond this are counted, not kept. */
const MAX_KEPT = 10;

/**
 * The plan as a ledger: every report that is due, once, in its order. What comes settles the next line; what comes
 * otherwise contradicts the plan. A pass is a ledger without open lines and without contradictions.
 */
export class Ledger {
  readonly #due: string[];
  readonly #contradictions: string[] = [];
  #settled = 0;
  #contradictionCount = 0;

  constructor(contract: Contract) {
    this.#due = linesOf(contract);
  }

  /**
   * Settles the line of `message`, if it is of the kind that has one.
   * @param lenient whether lines before it may have been lost on their way: then they stay open
   * @returns what is wrong with it, so that it counts for nothing; null when it was due.
   */
  take(message: AgentMessage, lenient = false): string | null {
    const line = lineOf(message);
    if (line === null) return null;
    const at = this.#due.indexOf(line, this.#settled);
    if (at === this.#settled || (lenient && at !== -1)) {
      this.#settled = at + 1;
      return null;
    }
    return this.#contradict(this.#explain(line, at));
  }

  /** One more round is due behind all that is. */
  extend(contract: Contract): void {
    this.#due.push(...linesOf(contract));
  }

  /** Notes something else that the plan rules out. @returns `what` */
  contradict(what: string): string {
    return this.#contradict(what);
  }

  /** The first report that is still due; null when there is none. */
  get missing(): string | null {
    return this.#due[this.#settled] ?? null;
  }

  /** What contradicted the plan first, with how many more did; null when nothing has. */
  get contradiction(): string | null {
    const [first] = this.#contradictions;
    if (first === undefined) return null;
    const more = this.#contradictionCount - 1;
    return more === 0 ? first : `${first} (and ${more} more)`;
  }

  #explain(line: string, at: number): string {
    if (at !== -1) return `${line} came before ${this.missing}`;
    return this.#due.includes(line) ? `${line} came a second time` : `${line} was not asked for`;
  }

  #contradict(what: string): string {
    this.#contradictionCount += 1;
    if (this.#contradictions.length < MAX_KEPT) this.#contradictions.push(what);
    return what;
  }
}

/** Names of lines are what people read: "the result of test memcpy/0x100". */
function linesOf({ tests, interrupts, round }: Contract): string[] {
  const reading = (line: string) => (interrupts === 'none' ? [] : [line]);
  const begin = round === null ? ['hello', ...linesOfProbe] : [`the start of round ${round}`];
  const end = round === null ? [] : [`the end of round ${round}`];
  return [
    ...begin,
    ...reading(BEFORE),
    ...tests.flatMap(({ name }) => [
      startOf(name),
      resultOf(name),
      ...(interrupts === 'each' ? [readingAfter(name)] : []),
    ]),
    ...reading(AFTER),
    ...end,
  ];
}

const startOf = (test: string) => `the start of test ${test}`;
const resultOf = (test: string) => `the result of test ${test}`;
const readingAfter = (test: string) => `/proc/interrupts after test ${test}`;
const BEFORE = '/proc/interrupts before the tests';
const AFTER = '/proc/interrupts after the tests';
const DEVICE = 'the device';
const linesOfProbe = [startOf('probe'), DEVICE, resultOf('probe')];

/** The line that a message settles; null for those that may come at any time, and any number of them. */
function lineOf(message: AgentMessage): string | null {
  switch (message.type) {
    case 'hello':
      return 'hello';
    case 'device':
      return DEVICE;
    case 'test-begin':
      return startOf(message.name);
    case 'test-end':
      return resultOf(message.name);
    case 'interrupts':
      if (message.test !== null) return readingAfter(message.test);
      return message.when === 'before' ? BEFORE : AFTER;
    case 'round-begin':
      return `the start of round ${message.round}`;
    case 'round-end':
      return `the end of round ${message.round}`;
    case 'stage':
    case 'heartbeat':
    case 'log':
    case 'artifact':
    case 'trouble':
    case 'bye':
      return null;
  }
}

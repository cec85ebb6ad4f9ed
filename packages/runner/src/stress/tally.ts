import {
  type CrashTally,
  exitCodeOf,
  type FaultKind,
  type FaultTally,
  type FaultVerdict,
  type GuestResult,
  type OutcomeCounts,
  outcomes,
  type StressResult,
} from '@coordinator/shared/report';
import { Figures } from './figures.ts';

const DAY_MS = 24 * 3600 * 1000;
const HOUR_US = 3600 * 1e6;
const MAX_MISMATCHES = 20;
/** Kinds of crashes that are told apart; a kernel has one, or two. */
const MAX_CRASHES = 50;

/** A round that has ended, beyond what its result says. */
export interface RoundFacts {
  readonly boot_ms: number | null;
  readonly agent_ms: number | null;
  readonly duration_ms: number;
  readonly fault: {
    readonly kind: FaultKind;
    readonly verdict: FaultVerdict;
    readonly mismatch: string | null;
  } | null;
}

type Counted = Pick<
  StressResult,
  | 'started'
  | 'interrupted'
  | 'rounds_ended'
  | 'outcomes'
  | 'failures'
  | 'flaky'
  | 'transactions'
  | 'interrupts'
  | 'vectors'
  | 'boot_ms'
  | 'agent_ms'
  | 'round_ms'
  | 'transaction_us'
  | 'faults'
  | 'mismatches'
  | 'crashes'
>;

/** Adds up rounds as they end. What it holds does not grow with their number. */
export class Tally {
  readonly agent = new Figures(DAY_MS);
  readonly #boot = new Figures(DAY_MS);
  readonly #round = new Figures(DAY_MS);
  readonly #transaction = new Figures(HOUR_US);
  readonly #outcomes = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as OutcomeCounts;
  readonly #vectors: number[] = [];
  readonly #faults: Map<FaultKind, { injected: number; detected: number; late: number }>;
  readonly #mismatches: string[] = [];
  readonly #crashes = new Map<string, CrashTally>();
  readonly #genuine = new Map<string, Pick<GuestResult, 'outcome' | 'error_kind'>>();
  #started = 0;
  #ended = 0;
  #interrupted = 0;
  #failures = 0;
  #mismatched = 0;
  #flaky = 0;
  #transactions = 0;
  #interrupts = 0;

  /** @param faults the kinds that may be injected */
  constructor(faults: readonly FaultKind[]) {
    this.#faults = new Map(faults.map((kind) => [kind, { injected: 0, detected: 0, late: 0 }]));
  }

  begin(): void {
    this.#started += 1;
  }

  end(result: GuestResult, facts: RoundFacts): void {
    if (result.error_kind === 'interrupted') {
      this.#interrupted += 1;
      return;
    }
    this.#ended += 1;
    this.#outcomes[result.outcome] += 1;
    if (result.flaky) this.#flaky += 1;
    this.#addWork(result);
    if (facts.fault) this.#addFault(facts.fault);
    if (!facts.fault || facts.fault.verdict === 'late') this.#addGenuine(result);
    // What an injected fault did to a round's times says nothing about guests.
    if (facts.fault || result.outcome === 'hang') return;
    if (facts.boot_ms !== null) this.#boot.record(facts.boot_ms);
    if (facts.agent_ms !== null) this.agent.record(facts.agent_ms);
    this.#round.record(facts.duration_ms);
  }

  get failures(): number {
    return this.#failures;
  }

  get ended(): number {
    return this.#ended;
  }

  /** Faults that were classified wrongly. */
  get mismatched(): number {
    return this.#mismatched;
  }

  /** One ending of each kind that a round had which no injected fault explains. */
  get endings(): ReadonlyArray<Pick<GuestResult, 'outcome' | 'error_kind'>> {
    return [...this.#genuine.values()];
  }

  counted(): Counted {
    return {
      started: this.#started,
      interrupted: this.#interrupted,
      rounds_ended: this.#ended,
      outcomes: { ...this.#outcomes },
      failures: this.#failures,
      flaky: this.#flaky,
      transactions: this.#transactions,
      interrupts: this.#interrupts,
      vectors: [...this.#vectors],
      boot_ms: this.#boot.summary(),
      agent_ms: this.agent.summary(),
      round_ms: this.#round.summary(),
      transaction_us: this.#transaction.summary(),
      faults: [...this.#faults].map(([kind, counts]): FaultTally => ({ kind, ...counts })),
      ...(this.#crashes.size > 0 && { crashes: [...this.#crashes.values()].map((crash) => ({ ...crash })) }),
      mismatches: [...this.#mismatches],
    };
  }

  #addWork({ tests, interrupts }: GuestResult): void {
    for (const { transactions, transaction_us, latency_us = [] } of tests) {
      this.#transactions += transactions;
      // A bucket's name is its lower end.
      const least = transaction_us?.min ?? 0;
      for (const [us, count] of latency_us) this.#transaction.record(Math.max(us, least), count);
      if (!transaction_us) continue;
      this.#transaction.bound(transaction_us.min);
      this.#transaction.bound(transaction_us.max);
    }
    if (!interrupts) return;
    this.#interrupts += interrupts.device_total;
    for (const [vector, { delta }] of interrupts.rows.entries()) {
      const count = delta.reduce((sum, ofCpu) => sum + ofCpu, 0);
      this.#vectors[vector] = (this.#vectors[vector] ?? 0) + count;
    }
  }

  #addFault({ kind, verdict, mismatch }: NonNullable<RoundFacts['fault']>): void {
    const counts = this.#faults.get(kind);
    if (!counts) return;
    if (verdict === 'late') counts.late += 1;
    else counts.injected += 1;
    if (verdict === 'detected') counts.detected += 1;
    if (mismatch === null) return;
    this.#mismatched += 1;
    if (this.#mismatches.length < MAX_MISMATCHES) this.#mismatches.push(mismatch);
  }

  #addGenuine({ id, outcome, error_kind, reason, fingerprint }: GuestResult): void {
    const known = fingerprint === undefined ? undefined : this.#crashes.get(fingerprint);
    if (known) known.count += 1;
    else if (fingerprint !== undefined && this.#crashes.size < MAX_CRASHES)
      this.#crashes.set(fingerprint, { fingerprint, count: 1, round: id, reason });
    if (outcome !== 'pass') this.#failures += 1;
    this.#genuine.set(`${outcome} ${exitCodeOf({ outcome, error_kind })}`, { outcome, error_kind });
  }
}

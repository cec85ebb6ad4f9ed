import type { RunEvent, RunEventOf } from '@coordinator/shared/event';
import { KeptRounds, type Outcome } from '@coordinator/shared/report';
import { encodeEvent } from './encode.ts';

/** What is kept of a run for those who come late or read slowly. */
const MAX_BYTES = 32 * 2 ** 20;
/** Figures of a stress run that are kept beside the last, for the curves. */
const MAX_FIGURES = 120;

interface Entry {
  readonly seq: number;
  /** As MessagePack; null once it is not needed any more. */
  bytes: Buffer | null;
}

/**
 * The events of a run as they have to be told to somebody who knows nothing of it: whoever has been told those up to
 * number n goes on with those behind. Outdated ones are taken out: of a guest's phase all but the first and the last
 * mention, of the figures of a stress run all but some, and all of rounds that its report forgets too.
 */
export class EventHistory {
  #entries: Entry[] = [];
  #removed = 0;
  #bytes = 0;
  #next = 1;
  #omitted = 0;
  /** What can be done without when there is too much, oldest first. */
  #expendable: number[] = [];
  #figures: { seq: number; at: number }[] = [];
  #spacingMs = 0;
  readonly #phases = new Map<string, { phase: string; seq: number; isFirst: boolean }>();
  readonly #rounds = new Map<string, { readonly seqs: number[]; fault: string | null; retried: boolean }>();
  #kept: KeptRounds | null = null;
  readonly #maxBytes: number;

  /** Called for what was taken out of the middle: who was told only a part of it has to begin anew. */
  onForgotten: (first: number, last: number) => void = () => {};

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Number of the last event; 0 when there is none. */
  get last(): number {
    return this.#next - 1;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Events that were taken out only because there were too many. */
  get omitted(): number {
    return this.#omitted;
  }

  append(event: RunEvent): void {
    const seq = this.#next++;
    const bytes = encodeEvent(event);
    this.#entries.push({ seq, bytes });
    this.#bytes += bytes.length;
    this.#outdate(event, seq);
    while (this.#bytes > this.#maxBytes) {
      const oldest = this.#expendable.shift();
      if (oldest === undefined) break;
      if (this.#remove(oldest)) this.#omitted += 1;
    }
    if (this.#removed > 1000 && this.#removed > this.#entries.length / 2) this.#compact();
  }

  /** Events behind number `after`, about as many as fill `maxBytes`; `to` is the number to go on with. */
  read(after: number, maxBytes: number): { readonly events: Buffer[]; readonly to: number } {
    const events: Buffer[] = [];
    let length = 0;
    for (let at = this.#indexOf(after + 1); at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (!entry?.bytes) continue;
      events.push(entry.bytes);
      length += entry.bytes.length;
      if (length >= maxBytes) return { events, to: entry.seq };
    }
    return { events, to: this.last };
  }

  #outdate(event: RunEvent, seq: number): void {
    if (event.type === 'run-started') this.#kept = event.stress ? new KeptRounds() : null;
    else if (event.type === 'stress-progress') this.#thinFigures(event, seq);
    if (!('guest' in event)) return;
    if (this.#kept) this.#noteRound(event, seq);
    if (event.type === 'guest-phase') this.#replacePhase(event, seq);
    if (event.type === 'guest-log' || (event.type === 'guest-test' && event.test.outcome === 'pass'))
      this.#expendable.push(seq);
  }

  #replacePhase({ guest, phase }: RunEventOf<'guest-phase'>, seq: number): void {
    const before = this.#phases.get(guest);
    const isFirst = before?.phase !== phase;
    if (before && !isFirst && !before.isFirst) this.#remove(before.seq);
    this.#phases.set(guest, { phase, seq, isFirst });
  }

  /** The last stays, and of those before it some, farther apart the longer the run is. */
  #thinFigures({ at_ms }: RunEventOf<'stress-progress'>, seq: number): void {
    const last = this.#figures.at(-1);
    const before = this.#figures.at(-2);
    if (last && before && last.at - before.at < this.#spacingMs) {
      this.#remove(last.seq);
      this.#figures.pop();
    }
    this.#figures.push({ seq, at: at_ms });
    if (this.#figures.length <= MAX_FIGURES) return;
    const [{ at: from } = { at: 0 }] = this.#figures;
    this.#spacingMs = (2 * (at_ms - from)) / MAX_FIGURES;
    const goes = this.#figures.filter((_, index) => index % 2 === 1 && index < this.#figures.length - 1);
    for (const figure of goes) this.#remove(figure.seq);
    this.#figures = this.#figures.filter((figure) => !goes.includes(figure));
  }

  #noteRound(event: Extract<RunEvent, { guest: string }>, seq: number): void {
    const round = this.#rounds.get(event.guest) ?? { seqs: [], fault: null, retried: false };
    this.#rounds.set(event.guest, round);
    round.seqs.push(seq);
    if (event.type === 'guest-fault') round.fault = event.kind;
    if (event.type === 'guest-retry') round.retried = true;
    if (event.type === 'guest-ended') this.#endRound(event, round);
  }

  #endRound(
    event: RunEventOf<'guest-ended'>,
    { fault, retried }: { fault: string | null; retried: boolean },
  ): void {
    const outcome: Outcome = event.outcome;
    const forgotten = this.#kept?.add({
      id: event.guest,
      outcome,
      error_kind: event.error_kind,
      flaky: outcome === 'pass' && retried,
      // Its kind decides nothing.
      fault: fault === null ? null : { kind: 'kill-guest', verdict: event.verdict ?? null },
    });
    for (const id of forgotten ?? []) this.#forget(id);
  }

  #forget(id: string): void {
    const seqs = this.#rounds.get(id)?.seqs ?? [];
    this.#rounds.delete(id);
    this.#phases.delete(id);
    for (const seq of seqs) this.#remove(seq);
    const first = seqs[0];
    const last = seqs.at(-1);
    if (first !== undefined && last !== undefined) this.onForgotten(first, last);
  }

  #remove(seq: number): boolean {
    const entry = this.#entries[this.#indexOf(seq)];
    if (entry?.seq !== seq || entry.bytes === null) return false;
    this.#bytes -= entry.bytes.length;
    entry.bytes = null;
    this.#removed += 1;
    return true;
  }

  #compact(): void {
    this.#entries = this.#entries.filter((entry) => entry.bytes !== null);
    this.#removed = 0;
    const present = new Set(this.#entries.map(({ seq }) => seq));
    this.#expendable = this.#expendable.filter((seq) => present.has(seq));
  }

  /** Of the first entry with this number or a later one. */
  #indexOf(seq: number): number {
    let from = 0;
    let to = this.#entries.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#entries[middle]?.seq ?? 0) < seq) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

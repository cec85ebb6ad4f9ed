import { slotOf } from '@coordinator/shared/report';

/** All that a guest may leave, and what its run adds: its console, what its VMM said. */
const MAX_ARTIFACTS = 320;

/** A file that a run in the lab has kept for a guest. */
export interface RelayedArtifact {
  readonly guest: string;
  readonly name: string;
}

/**
 * The guests that a run in the lab may tell of: those it has named at its start, or the rounds of these, each from when it begins
 * until the next one of the same guest has ended.
 */
export class RelayedGuests {
  readonly #named: ReadonlySet<string>;
  readonly #haveRounds: boolean;
  readonly #unended = new Set<string>();
  /** By the guest it was a round of. */
  readonly #lastEnded = new Map<string, string>();
  readonly #artifacts = new Map<string, string[]>();

  constructor(named: readonly string[], haveRounds: boolean) {
    this.#named = new Set(named);
    this.#haveRounds = haveRounds;
    if (!haveRounds) for (const id of named) this.#unended.add(id);
  }

  /** Those without an end so far. */
  get unended(): readonly string[] {
    return [...this.#unended];
  }

  get artifacts(): readonly RelayedArtifact[] {
    return [...this.#artifacts].flatMap(([guest, names]) => names.map((name) => ({ guest, name })));
  }

  isKnown(id: string): boolean {
    if (!this.#haveRounds) return this.#named.has(id);
    return this.#unended.has(id) || this.#lastEnded.get(slotOf(id)) === id;
  }

  /** @returns whether it is a round of a guest, and new. */
  begin(id: string): boolean {
    const isRound = this.#named.has(slotOf(id)) && /^[^/]+\/[1-9]\d{0,9}$/.test(id);
    if (!this.#haveRounds || !isRound || this.isKnown(id)) return false;
    this.#unended.add(id);
    return true;
  }

  end(id: string): void {
    this.#unended.delete(id);
    if (this.#haveRounds) this.#lastEnded.set(slotOf(id), id);
  }

  /** @returns whether it is one that is taken. */
  addArtifact(id: string, name: string): boolean {
    const names = this.#artifacts.get(id) ?? [];
    if (names.length >= MAX_ARTIFACTS) return false;
    this.#artifacts.set(id, [...names, name]);
    return true;
  }

  /** Nothing of this round is kept. */
  forget(id: string): void {
    this.#artifacts.delete(id);
  }
}

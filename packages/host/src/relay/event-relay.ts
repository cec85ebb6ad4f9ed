import { BoundedLines, MAX_LINE_BYTES } from '@coordinator/base/files';
import { type RunEvent, runEventSchema, type UnstampedEvent } from '@coordinator/shared/event';
import { isPlainName, isRunId } from '@coordinator/store';
import { RelayedGuests } from './relayed-guests.ts';

/** More than this many lines that are no events are counted, not told. */
const MAX_PROBLEMS = 5;

export interface RelayOptions {
  /** What the run is called here, and the command line that started it. */
  readonly run: string;
  readonly command: readonly string[];
  readonly started: string;
  readonly emit: (event: UnstampedEvent) => void;
  /** The command line that runs the round of a seed again from here: the one that comes out of the lab works in it alone. */
  readonly repeat: (seed: number) => string;
}

/**
 * Makes the events of a run in the lab, as they come out of it one JSON object a line, events of a run here. The lab
 * runs code that is being tested: nothing is taken over that an event must not hold.
 */
export class EventRelay {
  readonly #options: RelayOptions;
  readonly #lines = new BoundedLines(MAX_LINE_BYTES, (text) => this.#line(text));
  #guests = new RelayedGuests([], false);
  #problems = 0;
  #innerRun: string | null = null;
  #ended = false;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** What the run is called in the lab; null before it has started. */
  get innerRun(): string | null {
    return this.#innerRun;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get guests(): RelayedGuests {
    return this.#guests;
  }

  push(chunk: Buffer): void {
    this.#lines.push(chunk);
  }

  #line(text: string | null): void {
    const event = parseEvent(text ?? '');
    const problem = event ? this.#take(event) : 'a line that is no event';
    if (problem === null || ++this.#problems > MAX_PROBLEMS) return;
    if (this.#innerRun) this.#options.emit({ type: 'run-notice', text: `from the lab came ${problem}` });
  }

  /** @returns what is wrong with it. */
  #take(event: RunEvent): string | null {
    const { run, command, started, emit, repeat } = this.#options;
    const { at_ms: _, ...unstamped } = event;
    if (event.type === 'run-started') {
      if (this.#innerRun !== null) return 'a second start of the run';
      if (!isRunId(event.run) || !event.guests.every(isPlainName)) return 'a start with odd names';
      this.#innerRun = event.run;
      this.#guests = new RelayedGuests(event.guests, event.stress !== undefined);
      emit({ ...unstamped, run, command: [...command], started, platform: 'lab' } as UnstampedEvent);
      return null;
    }
    if (this.#innerRun === null || this.#ended) return 'an event outside the run';
    if (event.type === 'guest-begins') {
      if (!this.#guests.begin(event.guest)) return 'a round that cannot be';
      emit({ ...unstamped, repeat: repeat(event.seed) } as UnstampedEvent);
      return null;
    }
    if ('guest' in event && !this.#guests.isKnown(event.guest)) return 'an event of an unknown guest';
    if (event.type === 'guest-artifact') {
      if (!isPlainName(event.name) || !this.#guests.addArtifact(event.guest, event.name)) {
        return 'an artifact with an odd name';
      }
    }
    if (event.type === 'guest-ended') this.#guests.end(event.guest);
    if (event.type === 'run-ended') this.#ended = true;
    emit(unstamped as UnstampedEvent);
    return null;
  }
}

function parseEvent(text: string): RunEvent | null {
  try {
    return runEventSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

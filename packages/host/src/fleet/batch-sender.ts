import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AppendAnswer,
  BATCH_CHARACTERS,
  type Batch,
  type FilePart,
  FLEET_VERSION,
} from '@coordinator/fleet';
import type { RunEvent } from '@coordinator/shared/event';

const FLUSH_MS = 50;
const RETRY_MS = 200;
/** Events of one batch. */
const MAX_EVENTS = 2000;
/** What is kept while the server cannot be reached or nobody fetches: minutes of many guests. */
const MAX_PENDING_CHARACTERS = 32 * 2 ** 20;
/** A file waits while there is more than this. */
const MAX_BEFORE_FILES = 2 * 2 ** 20;

type Item =
  | { readonly event: RunEvent; readonly characters: number }
  | { readonly file: FilePart; readonly characters: number };

export interface BatchSenderOptions {
  readonly job: string;
  readonly host: string;
  /** As `appendBatch`; may wait as long as the server is away. */
  readonly append: (batch: Batch) => Promise<AppendAnswer>;
  /** More is pending than can be kept: the job cannot go on. */
  readonly onOverflow: () => void;
  /** Nobody listens any more. */
  readonly signal: AbortSignal;
}

/** Sends what a job says, in order, each batch once the one before it is on the server. */
export class BatchSender {
  readonly #options: BatchSenderOptions;
  #items: Item[] = [];
  #pending = 0;
  #sequence = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | null = null;
  #overflown = false;

  constructor(options: BatchSenderOptions) {
    this.#options = options;
  }

  event(event: RunEvent): void {
    if (this.#overflown) return;
    this.#add({ event, characters: JSON.stringify(event).length });
    if (this.#pending <= MAX_PENDING_CHARACTERS) return;
    this.#overflown = true;
    this.#options.onOverflow();
  }

  /** Waits where much is pending: files are not worth what events need. */
  async file(file: FilePart): Promise<void> {
    while (this.#pending > MAX_BEFORE_FILES && !this.#options.signal.aborted) await this.#flush();
    if (!this.#overflown) this.#add({ file, characters: file.data.length });
  }

  /** Sends what is left, and that it is the last. */
  async end(end: NonNullable<Batch['end']>): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#items.length > 0 && !this.#options.signal.aborted) await this.#flush();
    await this.#send([], end);
  }

  #add(item: Item): void {
    this.#items.push(item);
    this.#pending += item.characters;
    if (this.#pending >= BATCH_CHARACTERS) void this.#flush();
    else this.#timer ??= setTimeout(() => void this.#flush(), FLUSH_MS);
  }

  /** Sends a batch after the one that is being sent, if any is. */
  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#sendNext().finally(() => {
      this.#sending = null;
      if (this.#items.length > 0 && !this.#options.signal.aborted)
        this.#timer ??= setTimeout(() => void this.#flush(), 0);
    });
    return this.#sending;
  }

  async #sendNext(): Promise<void> {
    let characters = 0;
    let count = 0;
    for (const item of this.#items) {
      if (count > 0 && (characters + item.characters > BATCH_CHARACTERS || count >= MAX_EVENTS)) break;
      // Files and events are told apart in a batch, and files are taken first: none overtakes what was before it.
      if (count > 0 && 'file' in item) break;
      characters += item.characters;
      count += 1;
      if ('file' in item) break;
    }
    if (count === 0) return;
    const items = this.#items.slice(0, count);
    await this.#send(items, null);
    this.#items.splice(0, count);
    this.#pending -= characters;
  }

  async #send(items: readonly Item[], end: Batch['end']): Promise<void> {
    const { job, host, append, signal } = this.#options;
    const batch: Batch = {
      ...{ version: FLEET_VERSION, job, host, sequence: ++this.#sequence, end },
      events: items.flatMap((item) => ('event' in item ? [item.event] : [])),
      files: items.flatMap((item) => ('file' in item ? [item.file] : [])),
    };
    while (!signal.aborted) {
      // A server that is full or refuses it may take it later.
      const answer = await append(batch).catch(() => 'full' as const);
      // The last word is for nobody; before it, whoever waited may be back soon, or else this is ended.
      if (answer === 'ok' || answer === 'known' || (answer === 'unawaited' && end !== null)) return;
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
}

import { type Batch, batchSchema, type FleetJob, type FleetKey, open, WireError } from '@coordinator/fleet';
import type { FleetGuest } from './fleet-guest.ts';
import { readEvent } from './fleet-guest.ts';
import { GuestFiles } from './guest-files.ts';

/** Of all that a job says of one guest, in characters; its files are about as much again. */
const MAX_CHARACTERS_OF_A_GUEST = 64 * 2 ** 20;
/** What a host says of its run rather than of a guest. */
const MAX_NOTICES = 20;

/** A job that was sent to a host, and what came of it so far. */
export class SentJob {
  readonly job: FleetJob;
  readonly guests: ReadonlyMap<string, FleetGuest>;
  /** Sequence of the last batch that was taken. */
  last = 0;
  /** Announcements of its host that did not know of it. */
  missed = 0;
  readonly #key: FleetKey;
  readonly #files = new GuestFiles();
  readonly #notice: (text: string) => void;
  #characters = 0;
  #notices = 0;

  constructor(
    job: FleetJob,
    guests: readonly FleetGuest[],
    { key, notice }: { readonly key: FleetKey; readonly notice: (text: string) => void },
  ) {
    this.job = job;
    this.guests = new Map(guests.map((guest) => [guest.request.id, guest]));
    this.#key = key;
    this.#notice = notice;
  }

  /** Those without an end. */
  get left(): readonly FleetGuest[] {
    return [...this.guests.values()].filter(({ isOver }) => !isOver);
  }

  /**
   * Takes the next batch.
   * @returns how the job ended, if it was the last
   * @throws WireError for what the worker of such a job never says: then nothing of it is to be believed
   */
  async take(sealed: string): Promise<Batch['end']> {
    if (sealed === '') throw new WireError('malformed', 'a message that is too long');
    this.#characters += sealed.length;
    if (this.#characters > this.guests.size * MAX_CHARACTERS_OF_A_GUEST)
      throw new WireError('malformed', 'more than its guests can have to say');
    const batch = open(this.#key, 'batch', sealed, batchSchema);
    if (batch.job !== this.job.id || batch.host !== this.job.host)
      throw new WireError('misdirected', `a batch of the job ${batch.job} of ${batch.host}`);
    if (batch.sequence !== this.last + 1)
      throw new WireError('replayed', `batch ${batch.sequence} after batch ${this.last}`);
    this.last = batch.sequence;
    for (const part of batch.files) await this.#files.take(part, this.guests.get(part.guest));
    for (const event of batch.events) this.#takeEvent(event);
    if (batch.end) await this.close();
    return batch.end;
  }

  async close(): Promise<void> {
    await this.#files.close();
  }

  #takeEvent(value: unknown): void {
    const event = readEvent(value);
    if (!event) throw new WireError('malformed', 'what is no event');
    if (event.type === 'run-notice') {
      if (++this.#notices <= MAX_NOTICES) this.#notice(`${this.job.host}: ${event.text}`);
      return;
    }
    // What a run there says of itself is said here of the whole.
    if (!('guest' in event)) return;
    const guest = this.guests.get(event.guest);
    const problem = guest ? guest.take(event) : 'an event of a guest that it was not given';
    if (problem !== null) throw new WireError('malformed', problem);
  }
}

import { type Announcement, announcementSchema, type FleetKey, open, WireError } from '../wire/index.ts';

/** The most that counts of the time between two looks: while nobody could look, nobody was silent. */
const MAX_STEP_MS = 2000;

export interface HostState {
  readonly announcement: Announcement;
  /** Whether it has been heard since somebody watches, and not been silent for too long. */
  readonly alive: boolean;
  /** Watched time since it was heard last. */
  readonly silentMs: number;
}

interface Watched {
  announcement: Announcement;
  heard: boolean;
  silentMs: number;
}

/**
 * Which hosts there are, and which of them live: whose announcements go on. What lies on the server when the watch begins says
 * nothing, clocks of other machines say nothing, and silence counts only while the server could be asked.
 */
export class HostWatch {
  readonly #key: FleetKey;
  readonly #lostAfterMs: number;
  readonly #hosts = new Map<string, Watched>();
  readonly #refused = new Map<string, string>();
  #lookedAt: number | null = null;

  constructor(key: FleetKey, lostAfterMs: number) {
    this.#key = key;
    this.#lostAfterMs = lostAfterMs;
  }

  /**
   * @param sealed announcements as they lie on the server, by host
   * @param now milliseconds of a clock that never goes back
   */
  look(sealed: ReadonlyMap<string, string>, now: number): void {
    const step = this.#lookedAt === null ? 0 : Math.min(now - this.#lookedAt, MAX_STEP_MS);
    this.#lookedAt = now;
    for (const watched of this.#hosts.values()) watched.silentMs += step;
    // One that is not there any more is silent: a server that was restarted may have forgotten it.
    for (const [name, { silentMs }] of this.#hosts)
      if (!sealed.has(name) && silentMs >= this.#lostAfterMs) this.#hosts.delete(name);
    this.#refused.clear();
    for (const [name, text] of sealed) {
      try {
        this.#hear(name, open(this.#key, 'announcement', text, announcementSchema));
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        this.#refused.set(name, error.message);
      }
    }
  }

  get hosts(): readonly HostState[] {
    return [...this.#hosts.values()].map((watched) => this.#stateOf(watched));
  }

  host(name: string): HostState | null {
    const watched = this.#hosts.get(name);
    return watched ? this.#stateOf(watched) : null;
  }

  #stateOf({ announcement, heard, silentMs }: Watched): HostState {
    return { announcement, silentMs, alive: heard && silentMs < this.#lostAfterMs };
  }

  /** Hosts whose announcement is not one of this fleet's, and why. */
  get refused(): ReadonlyMap<string, string> {
    return this.#refused;
  }

  #hear(name: string, announcement: Announcement): void {
    if (announcement.host !== name) throw new WireError('misdirected', `it is of ${announcement.host}`);
    const known = this.#hosts.get(name);
    if (!known) {
      this.#hosts.set(name, { announcement, heard: false, silentMs: 0 });
      return;
    }
    const { session, sequence, at } = known.announcement;
    const isSame = announcement.session === session;
    if (isSame && announcement.sequence === sequence) return;
    // One that was kept by somebody and put there again does not make a host live.
    if (isSame ? announcement.sequence < sequence : announcement.at < at)
      throw new WireError('replayed', 'it is older than one before it');
    this.#hosts.set(name, { announcement, heard: true, silentMs: 0 });
  }
}

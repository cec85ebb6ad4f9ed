import type { WaitingGuest } from '@coordinator/fleet';
import type { EarlyEnd, Ending, GuestEnd } from '@coordinator/life';
import type { GuestRequest } from '@coordinator/runner/run';
import { type RunEvent, runEventSchema, type UnstampedEvent } from '@coordinator/shared/event';
import { isPlainName } from '@coordinator/store';
import { RelayedGuests } from '../relay/index.ts';

/** Events of one guest: far above what a plan can come to, and far below what fills a disk. */
const MAX_EVENTS = 20_000;

/** What only the run here tells of a guest. */
const OURS: ReadonlySet<RunEvent['type']> = new Set<RunEvent['type']>([
  'guest-begins',
  'guest-fault',
  'guest-retry',
  'guest-placed',
  'guest-round',
]);

/**
 * One try of a guest, on a host of the fleet. What its job says is handed on until its end, which is the job's word or, for a
 * job that is given up, ours: whichever comes first counts, and what comes after it is nobody's.
 */
export class FleetGuest implements WaitingGuest {
  readonly request: GuestRequest;
  readonly kind: string;
  readonly avoid: Set<string>;
  host: string | null = null;
  readonly #told: RelayedGuests;
  readonly ended: Promise<GuestEnd>;
  #resolve: (end: GuestEnd) => void = () => {};
  #events = 0;
  #isOver = false;
  #placedAt = performance.now();
  #helloAt: number | null = null;
  #saidAt: number | null = null;
  #boot_ms: number | null = null;
  #hasStarted = false;

  /** @param avoid hosts on which it was lost before */
  constructor(request: GuestRequest, avoid: Set<string>) {
    this.request = request;
    this.kind = request.member.kernel ?? '';
    this.avoid = avoid;
    this.#told = new RelayedGuests([request.id], false);
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Whether its host has begun with it. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get earlyEnd(): EarlyEnd | null {
    const { signal } = this.request;
    return signal.aborted ? (signal.reason as EarlyEnd) : null;
  }

  placeOn(host: string): void {
    this.host = host;
    this.#placedAt = performance.now();
    this.request.emit({ type: 'guest-placed', guest: this.request.id, host });
  }

  /** It was sent to a host that has not begun with it. */
  takeBack(): void {
    this.host = null;
  }

  /** Takes what its job says of it. @returns what is wrong with it. */
  take(event: RunEvent & { readonly guest: string }): string | null {
    if (this.#isOver) return null;
    if (++this.#events > MAX_EVENTS) return 'more events than a guest can have';
    if (OURS.has(event.type)) return `an event of the kind ${event.type}`;
    const { at_ms, ...unstamped } = event;
    if (event.type === 'guest-artifact') {
      if (!isPlainName(event.name) || !this.#told.addArtifact(event.guest, event.name))
        return 'a file with an odd name';
    }
    if (event.type === 'guest-started') this.#hasStarted = true;
    if (event.type === 'guest-hello') [this.#helloAt, this.#boot_ms] = [at_ms, event.boot_ms];
    if (event.type === 'guest-test' || event.type === 'guest-interrupts') this.#saidAt = at_ms;
    if (event.type !== 'guest-ended') {
      this.request.emit(unstamped as UnstampedEvent);
      return null;
    }
    const { outcome, error_kind, reason, duration_ms, fingerprint, trace = [] } = event;
    const crash = fingerprint === undefined ? null : { fingerprint, trace };
    // A worker that is ended does so in order; whoever runs the fleet did not ask for it.
    const isStopped = error_kind === 'interrupted' && this.earlyEnd === null;
    this.end(
      isStopped
        ? { outcome: 'error', error_kind: 'lost', reason: `the worker on ${this.host} was stopped` }
        : { outcome, error_kind, reason },
      { duration_ms, crash },
    );
    return null;
  }

  /** Ends it, unless it has ended. */
  end(ending: Ending, told: Pick<GuestEnd, 'duration_ms' | 'crash'> = this.#untold()): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.host !== null && ending.outcome !== 'pass' && ending.outcome !== 'fail')
      this.avoid.add(this.host);
    const ran = this.#helloAt === null || this.#saidAt === null ? null : this.#saidAt - this.#helloAt;
    this.#resolve({
      ...ending,
      id: this.request.id,
      cause: null,
      signal: null,
      channel: 'file',
      problems: 0,
      saidBye: ending.outcome === 'pass' || ending.outcome === 'fail',
      boot_ms: this.#boot_ms,
      agent_ms: ran,
      ...told,
    });
  }

  /** Where its host does not say. */
  #untold(): Pick<GuestEnd, 'duration_ms' | 'crash'> {
    return { duration_ms: performance.now() - this.#placedAt, crash: null };
  }

  /** Ends what waits or is not answered any more, as the run says. */
  giveUp(): void {
    const early = this.earlyEnd;
    if (early?.cause === 'interrupted')
      this.end({ outcome: 'error', error_kind: 'interrupted', reason: 'interrupted' });
    else {
      const reason = early && 'detail' in early ? early.detail : 'the run was ended';
      this.end({ outcome: 'error', error_kind: 'setup', reason });
    }
  }
}

/** An event of a job, if it is one. */
export function readEvent(value: unknown): RunEvent | null {
  return runEventSchema.safeParse(value).data ?? null;
}

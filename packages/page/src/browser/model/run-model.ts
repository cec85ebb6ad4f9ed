import { ReportBuilder, type RunEvent, type RunEventOf } from '@coordinator/shared/event';
import type { GuestResult } from '@coordinator/shared/report';
import type { RunState } from '../../protocol/index.ts';
import { Activity } from './activity.ts';
import { type LiveGuest, LiveGuests } from './live-guests.ts';

/** Lines of the run's log that are shown. */
const MAX_LINES = 200;

export interface LogLine {
  readonly at_ms: number;
  readonly guest: string | null;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** A run as far as its events have told it. */
export class RunModel {
  readonly run: string;
  readonly builder = new ReportBuilder();
  readonly guests = new LiveGuests();
  readonly activity = new Activity();
  readonly log: LogLine[] = [];
  /** Events that the server could not tell. */
  readonly omitted: number;
  start: RunEventOf<'run-started'> | null = null;
  end: RunEventOf<'run-ended'> | null = null;
  progress: RunEventOf<'stress-progress'> | null = null;
  state: RunState = 'running';
  #lastAt = 0;
  #heardAt = performance.now();

  constructor(run: string, omitted: number) {
    this.run = run;
    this.omitted = omitted;
  }

  apply(event: RunEvent): void {
    this.builder.apply(event);
    this.builder.takeForgotten();
    this.#heardAt = performance.now();
    this.#lastAt = Math.max(this.#lastAt, event.at_ms);
    this.activity.apply(event);
    if (event.type === 'run-started') {
      this.start = event;
      this.guests.begin(event);
    } else if (event.type === 'run-ended') this.end = event;
    else if (event.type === 'stress-progress') this.progress = event;
    else if (event.type === 'run-notice') this.#note(event, null, 'warning');
    else {
      this.guests.apply(event);
      if (event.type === 'guest-log') this.#note(event, event.guest, event.level);
    }
  }

  /** Milliseconds since the run began; goes on between events while it runs. */
  get now(): number {
    if (this.end) return this.end.at_ms;
    return this.state === 'running' ? this.#lastAt + performance.now() - this.#heardAt : this.#lastAt;
  }

  /** Result so far of a guest or round, with all its tests. */
  result({ id }: LiveGuest): GuestResult {
    return this.builder.guest(id);
  }

  /** Rounds of a stress run to look into. */
  get keptFailures(): GuestResult[] {
    if (!this.start?.stress) return [];
    return this.builder.report().guests.filter(({ id }) => this.builder.isKeptFailure(id));
  }

  #note(
    { at_ms, text }: { at_ms: number; text: string },
    guest: string | null,
    level: LogLine['level'],
  ): void {
    this.log.push({ at_ms, guest, level, text });
    if (this.log.length > MAX_LINES) this.log.shift();
  }
}

import { ReportBuilder, type RunEvent, type UnstampedEvent } from '@coordinator/shared/event';

/** Stamps a run's events with their time and hands each to every listener, in order. */
export class RunRecorder {
  readonly builder = new ReportBuilder();
  readonly #startedAt = performance.now();
  readonly #listeners: ReadonlyArray<(event: RunEvent) => void>;

  constructor(listeners: ReadonlyArray<(event: RunEvent) => void>) {
    this.#listeners = listeners;
  }

  readonly emit = (unstamped: UnstampedEvent): void => {
    const at_ms = Math.round((performance.now() - this.#startedAt) * 10) / 10;
    const event = { ...unstamped, at_ms } as RunEvent;
    this.builder.apply(event);
    for (const listener of this.#listeners) listener(event);
  };
}

import { formatDuration } from '@coordinator/shared/units';

export { formatDuration };

/** "1,234"; and "12.3" for what is small. */
export function formatCount(value: number): string {
  return value < 100 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}

/** Microseconds as what is read best. */
export function formatMicroseconds(us: number): string {
  return us < 10_000 ? `${formatCount(us)} µs` : formatDuration(us / 1000);
}

/** A run's start, as people here read it. */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime())
    ? iso
    : time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** What a phase is called. */
export function phaseName(phase: string): string {
  return phase.replaceAll('-', ' ');
}

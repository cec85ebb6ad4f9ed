import { randomInt } from 'node:crypto';

/** A run is called after the second it started in, UTC, and four random characters: `20261122-184500-x7q2`. */
const pattern = /^(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})-[0-9a-z]{4}$/;

export function newRunId(now = new Date()): string {
  const [date = '', time = ''] = now.toISOString().split(/[T.]/);
  const tail = randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0');
  return `${date.replaceAll('-', '')}-${time.replaceAll(':', '')}-${tail}`;
}

export function isRunId(text: string): boolean {
  return pattern.test(text);
}

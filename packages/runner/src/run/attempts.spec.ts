import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UnstampedEvent } from '@coordinator/shared/event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AttemptEnd, withRetries } from './attempts.ts';

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'attempts-'));
});
afterEach(() => rmSync(top, { recursive: true }));

const end = (outcome: AttemptEnd['outcome'], error_kind: AttemptEnd['error_kind'] = null): AttemptEnd => ({
  id: 'guest-1',
  outcome,
  error_kind,
  reason: outcome,
  duration_ms: 1,
});

async function tryAll(retries: number, ...ends: AttemptEnd[]) {
  const folder = join(top, 'guest-1');
  const events: UnstampedEvent[] = [];
  let count = 0;
  const last = await withRetries({
    folder,
    retries,
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    attempt: async (number) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `console-${number}`), '');
      return ends[count++] as AttemptEnd;
    },
  });
  return { last, count, retried: events.map((event) => 'outcome' in event && event.outcome), folder };
}

describe('withRetries', () => {
  it('tries again what hung, panicked or was lost, and keeps what each try left', async () => {
    const { last, count, retried, folder } = await tryAll(
      5,
      end('hang'),
      end('panic'),
      end('error', 'lost'),
      end('pass'),
    );
    expect([last.outcome, count, retried]).toEqual(['pass', 4, ['hang', 'panic', 'error']]);
    expect(readdirSync(folder).sort()).toEqual(['attempt-1', 'attempt-2', 'attempt-3', 'console-4']);
    expect(readdirSync(join(folder, 'attempt-2'))).toEqual(['console-2']);
  });

  it('does not try again what failed, what the user stopped, or more often than asked', async () => {
    expect((await tryAll(2, end('fail'))).count).toBe(1);
    expect((await tryAll(2, end('error', 'interrupted'))).count).toBe(1);
    const { last, count } = await tryAll(2, end('hang'), end('hang'), end('hang'), end('pass'));
    expect([last.outcome, count]).toEqual(['hang', 3]);
  });
});

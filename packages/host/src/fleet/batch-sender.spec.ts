import type { Batch } from '@coordinator/fleet';
import type { RunEvent } from '@coordinator/shared/event';
import { describe, expect, it } from 'vitest';
import { BatchSender } from './batch-sender.ts';

const notice = (text: string): RunEvent => ({ type: 'run-notice', at_ms: 0, text });

function sender(append: (batch: Batch) => Promise<'ok' | 'known' | 'full'>, onOverflow = () => {}) {
  const signal = new AbortController().signal;
  return new BatchSender({ job: '20261122-184500-x7q2.1', host: 'a', append, onOverflow, signal });
}

describe('BatchSender', () => {
  it('keeps the order of events and files, and numbers batches without gaps', async () => {
    const batches: Batch[] = [];
    const one = sender(async (batch) => {
      batches.push(batch);
      return 'ok';
    });
    for (let number = 0; number < 3000; number++) one.event(notice(String(number)));
    await one.file({ guest: 'guest-1', name: 'x', data: 'AA==', more: false });
    one.event(notice('after'));
    await one.end({ reason: null, refused: false });
    expect(batches.map(({ sequence }) => sequence)).toEqual(batches.map((_, index) => index + 1));
    const texts = batches.flatMap(({ events }) => events.map((event) => (event as { text: string }).text));
    expect(texts).toEqual([...Array.from({ length: 3000 }, (_, number) => String(number)), 'after']);
    const withFile = batches.findIndex(({ files }) => files.length > 0);
    const before = batches.slice(0, withFile).reduce((sum, { events }) => sum + events.length, 0);
    expect([before, batches[withFile]?.events]).toEqual([3000, []]);
    expect(batches.map(({ end }) => end !== null)).toEqual([...batches.slice(1).map(() => false), true]);
  });

  it('sends a batch again, as it was, until it is taken', async () => {
    const answers = ['full', 'full', 'ok', 'known'] as const;
    const tried: number[] = [];
    const one = sender(async ({ sequence }) => {
      tried.push(sequence);
      return answers[tried.length - 1] ?? 'ok';
    });
    one.event(notice('x'));
    await one.end({ reason: null, refused: false });
    expect(tried).toEqual([1, 1, 1, 2]);
  });

  it('keeps no more than it may while nobody takes it', () => {
    let overflows = 0;
    const one = sender(
      () => new Promise(() => {}),
      () => (overflows += 1),
    );
    for (let number = 0; number < 50; number++) one.event(notice('x'.repeat(2 ** 20)));
    expect(overflows).toBe(1);
  });
});

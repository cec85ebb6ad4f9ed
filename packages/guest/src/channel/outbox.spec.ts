import { describe, expect, it } from 'vitest';
import { Outbox } from './outbox.ts';

const message = (sequence: number, length: number) => ({
  sequence,
  frame: new Uint8Array(length).fill(sequence),
});

/** Takes all that may be sent now: how many bytes of which frame each piece has. */
function take(outbox: Outbox, limit = 4096): string[] {
  const pieces: string[] = [];
  for (let piece = outbox.next(limit); piece; piece = outbox.next(limit)) {
    pieces.push(`${piece.length} of ${piece[0]}`);
  }
  return pieces;
}

describe('Outbox', () => {
  it('cuts frames into pieces, and never sends the end of one with the start of the next', () => {
    const outbox = new Outbox();
    outbox.add(message(1, 5000));
    outbox.add(message(2, 10));
    expect(take(outbox)).toEqual(['4096 of 1', '904 of 1', '10 of 2']);
  });

  it('has no more than 32 KiB on their way, but sends a larger frame whole', () => {
    const outbox = new Outbox();
    for (const sequence of [1, 2, 3]) outbox.add(message(sequence, 20_000));
    expect(take(outbox, 20_000)).toEqual(['20000 of 1']);
    expect(outbox.acknowledge(1)).toBe(true);
    expect(take(outbox, 20_000)).toEqual(['20000 of 2']);
    outbox.acknowledge(2);
    outbox.add(message(4, 50_000));
    expect(take(outbox, 50_000)).toEqual(['20000 of 3']);
    outbox.acknowledge(3);
    expect(take(outbox, 50_000)).toEqual(['50000 of 4']);
  });

  it('believes no acknowledgement of what was not sent whole', () => {
    const outbox = new Outbox();
    outbox.add(message(1, 100));
    outbox.add(message(2, 100));
    outbox.next(100);
    outbox.next(60);
    expect(outbox.acknowledge(9)).toBe(true);
    expect(outbox.bytes).toBe(100);
    expect(outbox.acknowledge(9)).toBe(false);
    expect(take(outbox)).toEqual(['40 of 2']);
  });

  it('lets acknowledgements pass between two frames, the last one only', () => {
    const outbox = new Outbox();
    outbox.add(message(1, 100));
    outbox.add(message(2, 100));
    outbox.next(60);
    outbox.addAcknowledgement(new Uint8Array(24).fill(8));
    outbox.addAcknowledgement(new Uint8Array(24).fill(9));
    expect(take(outbox)).toEqual(['40 of 1', '24 of 9', '100 of 2']);
  });

  it('gives up all that was not acknowledged, sent or not', () => {
    const outbox = new Outbox();
    for (const sequence of [1, 2, 3]) outbox.add(message(sequence, 10));
    outbox.next(4096);
    outbox.next(4096);
    outbox.acknowledge(1);
    expect(outbox.drain().map(([first]) => first)).toEqual([2, 3]);
    expect(outbox.bytes).toBe(0);
    expect(outbox.next(4096)).toBeNull();
  });
});

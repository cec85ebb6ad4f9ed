import { describe, expect, it } from 'vitest';
import { addWork, compareWithDevice, noWork } from './work.ts';

const work = (launches: number, bytes: number, interrupts = launches) => ({
  launches: { min: launches, max: launches },
  bytes: { min: bytes, max: bytes },
  interrupts: { min: interrupts, max: interrupts },
});

describe('the device as a witness', () => {
  it('agrees with what was reported, or says what it counted instead', () => {
    const reported = addWork(addWork(noWork, work(10, 2560)), work(3, 24));
    if (!reported) throw new Error('is known');
    expect(compareWithDevice({ launches: 13, bytes: 2584, interrupts: 13 }, reported)).toBeNull();
    expect(compareWithDevice({ launches: 0, bytes: 0, interrupts: 0 }, reported)).toBe(
      'the device was given 0 commands, where the reports speak of 13',
    );
    expect(compareWithDevice({ launches: 13, bytes: 832, interrupts: 13 }, reported)).toBe(
      'the device has worked on 832 bytes, where the reports speak of 2584',
    );
    expect(compareWithDevice({ launches: 13, bytes: 2584, interrupts: 12 }, reported)).toBe(
      'the device has raised 12 interrupts, where the reports speak of transactions for 13',
    );
  });

  it('has nothing to say of what is not known', () => expect(addWork(work(1, 1), null)).toBeNull());
});

import { describe, expect, it } from 'vitest';
import { addWork, compareWithDevice, noWork } from './work.ts';

const work = (launches: number, bytes: number) => ({
  launches: { min: launches, max: launches },
  bytes: { min: bytes, max: bytes },
});

describe('the device as a witness', () => {
  it('agrees with what was reported, or says what it counted instead', () => {
    const reported = addWork(addWork(noWork, work(10, 2560)), work(3, 24));
    if (!reported) throw new Error('is known');
    expect(compareWithDevice({ launches: 13, bytes: 2584 }, reported)).toBeNull();
    expect(compareWithDevice({ launches: 0, bytes: 0 }, reported)).toBe(
      'the device was given 0 commands, where the reports speak of 13',
    );
    expect(compareWithDevice({ launches: 13, bytes: 832 }, reported)).toBe(
      'the device has worked on 832 bytes, where the reports speak of 2584',
    );
  });

  it('has nothing to say of what is not known', () => expect(addWork(work(1, 1), null)).toBeNull());
});

import { describe, expect, it } from 'vitest';
import { MergedConsole } from './merged-console.ts';

function merge(...said: [who: 'guest' | 'own', text: string][]): string {
  const console = new MergedConsole();
  let drains = 0;
  for (const [who, text] of said) {
    if (who === 'own') console.own(text);
    else
      console.guest(Buffer.from(text), () => {
        drains += 1;
      });
  }
  console.end();
  expect(drains).toBe(0);
  return String(console.stream.read() ?? '');
}

describe('MergedConsole', () => {
  it('keeps lines of the one out of those of the other', () => {
    expect(
      merge(
        ['own', '  Info: # lkvm run'],
        ['guest', '[ 1.0] Kernel pa'],
        ['own', '  Warning: x'],
        ['guest', 'nic\r\n[ 1.1] e'],
      ),
    ).toBe('  Info: # lkvm run\n[ 1.0] Kernel panic\r\n  Warning: x\n[ 1.1] e');
  });

  it('says at the end what it held', () => {
    expect(merge(['guest', '# '], ['own', '  Info: ended'])).toBe('# \n  Info: ended\n');
    expect(merge(['guest', 'down\r\n'], ['own', '  Info: ended'])).toBe('down\r\n  Info: ended\n');
    expect(merge()).toBe('');
  });

  it('tells a writer to wait for its reader', async () => {
    const console = new MergedConsole();
    const drained = new Promise<void>((resolve) => {
      while (console.guest(Buffer.alloc(10_000, 'x\n'), resolve));
    });
    console.stream.resume();
    await drained;
  });
});

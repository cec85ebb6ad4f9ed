import type { AgentMessage } from '@coordinator/shared/message';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullReport, shortPlan, testEnd } from '../testing/sample-agent.ts';
import { Ledger } from './ledger.ts';

const contract = { ...shortPlan, round: null };

function take(messages: readonly AgentMessage[], lenient = false): Ledger {
  const ledger = new Ledger(contract);
  for (const message of messages) ledger.take(message, lenient);
  return ledger;
}

/** Those that settle a line. */
const settling = fullReport().filter(({ type }) => type !== 'bye' && type !== 'stage');

describe('Ledger', () => {
  it('is settled by the whole report in its order, and by nothing less', () => {
    expect(take(fullReport())).toMatchObject({ missing: null, contradiction: null });
    for (const left of settling) {
      const ledger = take(settling.filter((message) => message !== left));
      expect(ledger.missing).not.toBeNull();
    }
  });

  it('names what is missing', () => {
    expect(take([]).missing).toBe('hello');
    expect(take(settling.slice(0, 5)).missing).toBe('the start of test memcpy/0x100');
    expect(take(settling.slice(0, -1)).missing).toBe('/proc/interrupts after the tests');
    expect(take(settling.slice(0, 7)).missing).toBe('/proc/interrupts after test memcpy/0x100');
  });

  it.each<[string, (messages: AgentMessage[]) => AgentMessage[], string]>([
    [
      'twice',
      (all) => [...all.slice(0, 7), ...all.slice(6)],
      'the result of test memcpy/0x100 came a second time',
    ],
    [
      'too soon',
      (all) => [...all.slice(0, 5), ...all.slice(8, 11), ...all.slice(5, 8), ...all.slice(11)],
      'the start of test rand48/0x1000 came before the start of test memcpy/0x100 (and 6 more)',
    ],
    [
      'unasked',
      (all) => [...all, testEnd('memcpy/0x200')],
      'the result of test memcpy/0x200 was not asked for',
    ],
    [
      'in a round there is not',
      (all) => [...all, { type: 'round-begin', round: 3 }],
      'the start of round 3 was not asked for',
    ],
  ])('names what comes %s', (_, change, said) => {
    expect(take(change([...settling])).contradiction).toBe(said);
  });

  it('blames nobody for what came behind a gap in the channel', () => {
    const gap = [...settling.slice(0, 6), ...settling.slice(8)];
    expect(take(gap, true)).toMatchObject({ missing: null, contradiction: null });
    expect(take(gap).contradiction).not.toBeNull();
  });

  it('of a round begins and ends with it', () => {
    const ledger = new Ledger({ ...shortPlan, round: 7 });
    expect(ledger.missing).toBe('the start of round 7');
    ledger.take({ type: 'round-begin', round: 7 });
    for (const message of settling.slice(4)) ledger.take(message);
    expect(ledger.missing).toBe('the end of round 7');
    ledger.take({ type: 'round-end', round: 7 });
    expect(ledger).toMatchObject({ missing: null, contradiction: null });
  });

  it('is settled without contradiction by no other order, nor by any other number of reports', () => {
    const indices = settling.map((_, index) => index);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...indices), { maxLength: 40 }), (order) => {
        const ledger = take(order.map((index) => settling[index] as AgentMessage));
        const right = order.length === indices.length && order.every((index, at) => index === at);
        expect(ledger.missing === null && ledger.contradiction === null).toBe(right);
      }),
    );
  });

  it('keeps few of many contradictions', () => {
    const ledger = take(Array.from({ length: 100_000 }, () => testEnd('x')));
    expect(ledger.contradiction).toBe('the result of test x was not asked for (and 99999 more)');
  });
});

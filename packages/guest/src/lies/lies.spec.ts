import type { AgentMessage } from '@coordinator/shared/message';
import { sampleHello } from '@coordinator/shared/testing/hello';
import { describe, expect, it } from 'vitest';
import { lies } from './lies.ts';

const end = (name: string): AgentMessage => ({
  type: 'test-end',
  name,
  outcome: 'pass',
  transactions: 10,
  misconfigured: 0,
  aborted: name === 'b' ? 1 : 0,
  duration_ms: 1,
  message: null,
  output: null,
  transaction_us: null,
  latency_us: [[400, 10]],
});
const begin = (name: string): AgentMessage => ({ type: 'test-begin', name, limit_ms: 1 });
const bdf = '0000:00:03.0';
const reading = (
  test: string | null,
  text = `CPU0\n 26: 4 ITS-MSI 0 Edge ${bdf}\n 27: 3 ITS-MSI 1 Edge ${bdf}\n`,
) => ({ type: 'interrupts', when: 'after', test, text, waited_ms: 0 }) as const;

const truth: AgentMessage[] = [
  sampleHello,
  begin('probe'),
  { type: 'device', bdf, driver: 'smmute-pci', node: '/dev/smmute0' },
  end('probe'),
  { ...reading(null), when: 'before' },
  ...['a', 'b'].flatMap((name) => [begin(name), end(name), reading(name)]),
  begin('c'),
  {
    ...end('c'),
    transactions: 0,
    aborted: 0,
    latency_us: [],
    program: {
      ...{ status: 0, planned: 2, results: 2, unlisted: 0, unlisted_failed: 0, problem: null },
      subtests: ['x', 'y'].map((name) => ({ name, outcome: 'pass' as const, message: null, depth: 0 })),
    },
  } as AgentMessage,
  reading('c'),
  { ...reading(null), text: 'CPU0\n' },
  { type: 'bye' },
];

function told(name: string): AgentMessage[] {
  const out: AgentMessage[] = [];
  const lie = lies[name]?.();
  for (const message of truth) lie?.(message, (one) => out.push(one));
  return out;
}

describe('lies', () => {
  it.each(Object.keys(lies))('%s is not the truth', (name) => expect(told(name)).not.toEqual(truth));

  it('swap two tests whole', () => {
    const names = told('tells-in-another-order').flatMap((message) =>
      message.type === 'test-end' ? [message.name] : [],
    );
    expect(names).toEqual(['probe', 'b', 'a', 'c']);
    expect(told('tells-in-another-order')).toHaveLength(truth.length);
  });

  it('invent the interrupts that are due, in turn', () => {
    const texts = told('invents-interrupts').flatMap((message) =>
      message.type === 'interrupts' && message.test === 'b' ? [message.text] : [],
    );
    expect(texts[0]).toBe(`CPU0\n 26: 10 ITS-MSI 0 Edge ${bdf}\n 27: 10 ITS-MSI 1 Edge ${bdf}\n`);
  });
});

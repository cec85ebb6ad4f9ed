import type { AgentMessage } from '@coordinator/shared/message';
import {
  isProgram,
  type Plan,
  type ProgramStep,
  parsePlan,
  promiseOf,
  type TestStep,
} from '@coordinator/shared/plan';
import { sampleHello } from '@coordinator/shared/testing/hello';

/** What an agent in whose guest all is well tells of a plan, for specs. */

export const BDF = '0000:00:03.0';
const VECTORS = 8;

export const shortPlan: Plan = parsePlan(
  'tests:\n- { mode: memcpy, size: 0x100, transactions: 10 }\n- { mode: rand48 }\n- { mode: sum64, fault: drv }\n',
  'short',
);

export const hello = sampleHello;

export const bye: AgentMessage = { type: 'bye' };

type TestEnd = Extract<AgentMessage, { type: 'test-end' }>;

export const testEnd = (name: string, fields: Partial<TestEnd> = {}): TestEnd => ({
  type: 'test-end',
  name,
  outcome: 'pass',
  transactions: 0,
  misconfigured: 0,
  aborted: 0,
  duration_ms: 1,
  message: null,
  output: null,
  transaction_us: null,
  latency_us: [],
  ...fields,
});

export function testEndOf(step: TestStep, fields: Partial<TestEnd> = {}): TestEnd {
  if (isProgram(step)) return testEnd(step.name, { program: goodProgram(step), ...fields });
  const { results, misconfigured, aborted } = promiseOf(step);
  // Second results of P2P tell no duration.
  const told = step.mode === 'p2p' ? results.max / 2 : results.max;
  return testEnd(step.name, {
    transactions: results.max,
    misconfigured: misconfigured.max,
    aborted: aborted.max,
    latency_us: told === 0 ? [] : [[400, told]],
    ...fields,
  });
}

/** With two sub-tests, where its format has some. */
function goodProgram({ format }: ProgramStep): NonNullable<TestEnd['program']> {
  const names = format === 'exit' ? [] : ['one', 'two'];
  const subtests = names.map((name) => ({ name, outcome: 'pass' as const, message: null, depth: 0 }));
  const nothing = { unlisted: 0, unlisted_failed: 0, problem: null };
  return { status: 0, planned: names.length || null, results: names.length, subtests, ...nothing };
}

const testBegin = (name: string): AgentMessage => ({ type: 'test-begin', name, limit_ms: 1000 });

/** /proc/interrupts after so many interrupts, handed to the vectors in turn. */
export function interruptsText(total: number): string {
  const rows = Array.from({ length: VECTORS }, (_, n) => Math.floor((total + VECTORS - 1 - n) / VECTORS));
  return `CPU0\n${rows.map((count, n) => ` ${26 + n}: ${count} ITS-MSI ${n} Edge ${BDF}\n`).join('')}`;
}

/** Everything, from hello to bye. */
export function fullReport({ tests, interrupts }: Plan = shortPlan): AgentMessage[] {
  let total = 0;
  const reading = (when: 'before' | 'after', test: string | null): AgentMessage[] =>
    interrupts === 'none'
      ? []
      : [{ type: 'interrupts', when, test, text: interruptsText(total), waited_ms: 0 }];
  return [
    hello,
    { type: 'stage', stage: 'probe' },
    testBegin('probe'),
    { type: 'device', bdf: BDF, driver: 'smmute-pci', node: '/dev/smmute0' },
    testEnd('probe'),
    ...reading('before', null),
    { type: 'stage', stage: 'tests' },
    ...tests.flatMap((step) => {
      const { min = 0, max = 0 } = promiseOf(step).interrupts ?? {};
      total += Number.isFinite(max) ? max : min;
      const after = interrupts === 'each' ? reading('after', step.name) : [];
      return [testBegin(step.name), testEndOf(step), ...after];
    }),
    ...reading('after', null),
    bye,
  ];
}

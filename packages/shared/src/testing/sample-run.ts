import { ReportBuilder, type RunEvent } from '../event/index.ts';
import type { InterruptsResult, Report, TestResult } from '../report/index.ts';

/**
 * A run with every outcome in it, for the specs of the formats: guest-1 passes, guest-2 fails, guest-3's kernel
 * panics, guest-4 hangs in boot, guest-5 is lost. guest-2 is hostile as well: it writes what terminals, XML, Markdown
 * and log readers could obey.
 */

const bdf = '0000:00:02.0';
const device = { host_bdf: null, guest_bdf: bdf, driver: 'smmute-pci', node: '/dev/smmute0' };
const unknownDevice = { host_bdf: null, guest_bdf: null, driver: null, node: null };

/** A title for a terminal, a colour, a bell, a C1 control, a change of direction, half a character, and markup. */
export const hostileText =
  'bad\x1b]0;owned\x07 \x1b[31mred\x1b[0m\x07 \x9b31m\u202egnp.\ud800 <b>&"\'</b> ]]> ::error::x ##[error]y | `z` # <LAVA_SIGNAL_X>';

/** What of it may reach a terminal. */
export const cleanHostileText = 'bad red gnp. <b>&"\'</b> ]]> ::error::x ##[error]y | `z` # <LAVA_SIGNAL_X>';

export function makeTest(name: string, fields: Partial<TestResult> = {}): TestResult {
  return {
    name,
    outcome: 'pass',
    transactions: 0,
    misconfigured: 0,
    duration_ms: 10,
    message: null,
    output: null,
    transaction_us: null,
    ...fields,
  };
}

/** 13 interrupts on the 8 vectors of the driver, on two CPUs. */
export const interrupts: InterruptsResult = {
  device_total: 13,
  cpus: [0, 1],
  rows: [2, 2, 2, 2, 2, 1, 1, 1].map((count, vector) => ({
    irq: String(26 + vector),
    action: bdf,
    chip: `ITS-PCI-MSIX-${bdf}`,
    hwirq: vector,
    before: [0, 0],
    after: [count, 0],
    delta: [count, 0],
  })),
};

const passedTests = [
  makeTest('probe', { duration_ms: 4 }),
  makeTest('memcpy/0x100', {
    transactions: 10,
    duration_ms: 12,
    transaction_us: { min: 301, median: 412, max: 990 },
  }),
  makeTest('rand48/0x1000', { transactions: 1 }),
  makeTest('sum64/0x1000', { transactions: 1 }),
  makeTest('memcpy/0x1000/fault-drv', { transactions: 1 }),
  makeTest('interrupts', { duration_ms: 0, message: '13 interrupts for 13 transactions' }),
];

const failedTests = [
  makeTest('probe', { duration_ms: 4 }),
  makeTest('memcpy/0x100#2', {
    outcome: 'fail',
    transactions: 3,
    duration_ms: 500,
    message: hostileText,
    output: 'Result:\r\n- status = 5 \x1b[31mI/O error\x1b[0m\n...\n',
  }),
  makeTest('interrupts', { outcome: 'skip', duration_ms: 0, message: 'no transaction # was made' }),
];

const started = (guest: string, at_ms: number): RunEvent => ({
  type: 'guest-started',
  at_ms,
  guest,
  pid: 4000 + at_ms,
  device: { ...unknownDevice, guest_bdf: bdf },
});

const hello = (guest: string, at_ms: number): RunEvent => ({
  type: 'guest-hello',
  at_ms,
  guest,
  boot_ms: 1900,
  uptime_ms: 1700,
  kernel: '6.12.107+deb13-arm64',
  machine: 'aarch64',
  cpus: 2,
  memory_bytes: 256 * 2 ** 20,
  agent: '0.1.0',
  runtime: 'quickjs',
});

const tests = (guest: string, at_ms: number, results: readonly TestResult[]): RunEvent[] =>
  results.map((test) => ({ type: 'guest-test', at_ms, guest, test }));

export const sampleEvents: readonly RunEvent[] = [
  {
    type: 'run-started',
    at_ms: 0,
    run: '20261122-184500-x7q2',
    command: ['coordinator', 'test', '--guests', '5'],
    coordinator: '0.1.0',
    platform: 'virtual',
    vmm: 'qemu',
    vmm_version: '11.1.3',
    channel: 'file',
    start: 'cold',
    plan: 'default',
    tests: passedTests.map((test) => test.name),
    started: '2026-11-22T18:45:00.000Z',
    guests: ['guest-1', 'guest-2', 'guest-3', 'guest-4', 'guest-5'],
  },
  { type: 'run-notice', at_ms: 1, text: 'five guests share two CPUs' },
  ...[1, 2, 3, 4, 5].map((number) => started(`guest-${number}`, number)),
  { type: 'guest-phase', at_ms: 6, guest: 'guest-4', phase: 'boot', detail: null, limit_ms: 30_000 },
  hello('guest-1', 1900),
  { type: 'guest-device', at_ms: 1950, guest: 'guest-1', device },
  ...tests('guest-1', 2000, passedTests),
  { type: 'guest-interrupts', at_ms: 2050, guest: 'guest-1', interrupts },
  { type: 'guest-artifact', at_ms: 2060, guest: 'guest-1', name: 'console.log' },
  ended('guest-1', 2100, 'pass', null, null),
  hello('guest-2', 2150),
  { type: 'guest-device', at_ms: 2200, guest: 'guest-2', device },
  ...tests('guest-2', 2700, failedTests),
  {
    type: 'guest-warning',
    at_ms: 2750,
    guest: 'guest-2',
    warning: { kind: 'rcu-stall', line: 'rcu: INFO: \x1b[1mrcu_sched self-detected stall on CPU' },
  },
  { type: 'guest-artifact', at_ms: 2800, guest: 'guest-2', name: 'console.log' },
  ended('guest-2', 2900, 'fail', null, 'a test failed'),
  hello('guest-3', 2950),
  ...tests('guest-3', 3000, [makeTest('probe')]),
  { type: 'guest-artifact', at_ms: 3050, guest: 'guest-3', name: 'console.log' },
  ended('guest-3', 3100, 'panic', null, 'Kernel panic - not syncing: sysrq triggered crash'),
  ended('guest-4', 30_006, 'hang', null, 'no hello within 30 s of boot'),
  ended('guest-5', 30_100, 'error', 'lost', 'the VMM was killed by SIGKILL'),
  { type: 'run-ended', at_ms: 30_200, outcome: 'error', exit_code: 3, reason: null },
];

export function sampleReport(): Report {
  return foldEvents(sampleEvents);
}

export function foldEvents(events: readonly RunEvent[]): Report {
  const builder = new ReportBuilder();
  for (const event of events) builder.apply(event);
  return builder.report();
}

function ended(
  guest: string,
  at_ms: number,
  outcome: Report['outcome'],
  error_kind: 'lost' | null,
  reason: string | null,
): RunEvent {
  return { type: 'guest-ended', at_ms, guest, outcome, error_kind, reason, duration_ms: at_ms - 1 };
}

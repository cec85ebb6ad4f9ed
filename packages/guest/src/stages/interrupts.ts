import type { AgentMessage } from '@coordinator/shared/message';
import { messageLimits } from '@coordinator/shared/message/protocol';
import { exercisers } from '../exerciser/index.ts';
import type { Stage, StageContext } from './context.ts';

/**
 * How long a reading that is short is taken again. On a crowded machine a result may be found by the driver's poll
 * before its interrupt is served; one that takes longer than this is not coming.
 */
const LATE_WITHIN_MS = 5000;
const FIRST_RETRY_MS = 5;
const LONGEST_RETRY_MS = 320;

export const interruptsBefore: Stage = {
  name: 'interrupts-before',
  async run(context) {
    if (context.job.interrupts === 'none') return;
    const reading = read(context);
    note(context, reading);
    send(context, { when: 'before', test: null, text: reading.text, waited_ms: 0 }, reading);
  },
};

export const interruptsAfter: Stage = {
  name: 'interrupts-after',
  async run(context) {
    if (context.job.interrupts === 'none') return;
    const { reading, waited_ms } = await readAtLeast(context);
    send(context, { when: 'after', test: null, text: reading.text, waited_ms }, reading);
  },
};

/** After one test, if the job wants that: the device's rows, as to encode all takes as long as a short test. */
export async function interruptsAfterTest(context: StageContext, test: string): Promise<void> {
  if (context.job.interrupts !== 'each') return;
  const { reading, waited_ms } = await readAtLeast(context);
  note(context, reading);
  context.due = 0;
  send(context, { when: 'after', test, text: rowsOf(context, reading), waited_ms }, reading);
}

type Told = Pick<Extract<AgentMessage, { type: 'interrupts' }>, 'when' | 'test' | 'text' | 'waited_ms'>;

function send({ channel }: StageContext, { text, ...told }: Told, { numbers }: Reading): void {
  channel.send({
    type: 'interrupts',
    ...told,
    text: wholeLines(text, messageLimits.interrupts),
    ...(numbers && { numbers: numbers.slice(0, messageLimits.numbers) }),
  });
}

/** /proc/interrupts as it is; the host computes what changed. Interrupts that are due and not there get some time. */
async function readAtLeast(context: StageContext): Promise<{ reading: Reading; waited_ms: number }> {
  const { clock } = context.runtime;
  const wanted = context.counted + context.due;
  const started = clock.now();
  for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS)) {
    const reading = read(context);
    const waited_ms = retryMs === FIRST_RETRY_MS ? 0 : clock.now() - started;
    if (sumOf(reading.rows) >= wanted || waited_ms >= LATE_WITHIN_MS) return { reading, waited_ms };
    await clock.sleep(retryMs);
  }
}

interface Reading {
  readonly text: string;
  /** Labels of the device's rows, where their names do not tell. */
  readonly numbers: readonly string[] | undefined;
  /** The device's rows. */
  readonly rows: readonly string[];
}

function read({ system, job, bdf }: StageContext): Reading {
  const text = system.files.readText(system.path('/proc/interrupts'), messageLimits.interrupts + 1);
  if (bdf === null) return { text, numbers: undefined, rows: [] };
  const exerciser = exercisers[job.exerciser];
  const numbers = exerciser.interruptNumbers?.(system, bdf);
  const rows = text.split('\n').filter((line) => exerciser.ownsInterruptLine(line, bdf, numbers ?? []));
  return { text, numbers, rows };
}

function note(context: StageContext, { rows }: Reading): void {
  context.counted = sumOf(rows);
  context.vectors = rows.length;
}

function sumOf(rows: readonly string[]): number {
  let sum = 0;
  for (const row of rows) {
    const [, counts = ''] = /^[^:]*:((?:\s+\d+)+)\s/.exec(row) ?? [];
    for (const word of counts.split(' ')) sum += Number(word);
  }
  return sum;
}

/** The line that names the CPUs and all that name the device, if its rows do; else the whole text. */
function rowsOf({ bdf }: StageContext, { text, rows }: Reading): string {
  if (bdf === null || rows.length === 0 || !rows.every((row) => row.includes(bdf))) return text;
  const [header, ...lines] = text.split('\n');
  return [header, ...lines.filter((line) => line.includes(bdf)), ''].join('\n');
}

/** At most `limit` characters of `text`, cut at the end of a line. */
export function wholeLines(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return text.slice(0, text.lastIndexOf('\n', limit - 1) + 1);
}

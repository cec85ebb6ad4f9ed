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
    context.channel.send({ type: 'interrupts', when: 'before', test: null, ...reading, waited_ms: 0 });
  },
};

export const interruptsAfter: Stage = {
  name: 'interrupts-after',
  async run(context) {
    if (context.job.interrupts === 'none') return;
    const { reading, waited_ms } = await readAtLeast(context);
    context.channel.send({ type: 'interrupts', when: 'after', test: null, ...reading, waited_ms });
  },
};

/** After one test, if the job wants that. */
export async function interruptsAfterTest(context: StageContext, test: string): Promise<void> {
  if (context.job.interrupts !== 'each') return;
  const { reading, waited_ms } = await readAtLeast(context);
  note(context, reading);
  context.due = 0;
  context.channel.send({ type: 'interrupts', when: 'after', test, ...reading, waited_ms });
}

/** /proc/interrupts as it is; the host computes what changed. Interrupts that are due and not there get some time. */
async function readAtLeast(context: StageContext): Promise<{ reading: Reading; waited_ms: number }> {
  const { clock } = context.runtime;
  const wanted = context.counted + context.due;
  const started = clock.now();
  for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS)) {
    const reading = read(context);
    const waited_ms = retryMs === FIRST_RETRY_MS ? 0 : clock.now() - started;
    if (count(context, reading).sum >= wanted || waited_ms >= LATE_WITHIN_MS) return { reading, waited_ms };
    await clock.sleep(retryMs);
  }
}

interface Reading {
  readonly text: string;
  /** Labels of the device's rows, where their names do not tell. */
  readonly numbers?: string[];
}

function read({ system, job, bdf }: StageContext): Reading {
  const text = system.files.readText(system.path('/proc/interrupts'), messageLimits.interrupts + 1);
  const numbers = bdf === null ? undefined : exercisers[job.exerciser].interruptNumbers?.(system, bdf);
  return {
    text: wholeLines(text, messageLimits.interrupts),
    ...(numbers && { numbers: numbers.slice(0, messageLimits.numbers) }),
  };
}

function note(context: StageContext, reading: Reading): void {
  const { sum, rows } = count(context, reading);
  context.counted = sum;
  context.vectors = rows;
}

/** The device's rows, and what they add up to. */
function count({ job, bdf }: StageContext, { text, numbers = [] }: Reading): { sum: number; rows: number } {
  let [sum, rows] = [0, 0];
  if (bdf === null) return { sum, rows };
  const exerciser = exercisers[job.exerciser];
  for (const line of text.split('\n')) {
    if (!exerciser.ownsInterruptLine(line, bdf, numbers)) continue;
    rows += 1;
    const [, counts = ''] = /^[^:]*:((?:\s+\d+)+)\s/.exec(line) ?? [];
    for (const word of counts.split(' ')) sum += Number(word);
  }
  return { sum, rows };
}

/** At most `limit` characters of `text`, cut at the end of a line. */
export function wholeLines(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return text.slice(0, text.lastIndexOf('\n', limit - 1) + 1);
}

import { messageLimits } from '@coordinator/shared/message/protocol';
import type { Stage } from './context.ts';

/** Sends /proc/interrupts as it is; the host computes what changed. */
function readInterrupts(when: 'before' | 'after'): Stage {
  return {
    name: `interrupts-${when}`,
    async run({ system, channel, job }) {
      if (!job.interrupts) return;
      const text = system.files.readText(system.path('/proc/interrupts'), messageLimits.interrupts + 1);
      channel.send({ type: 'interrupts', when, text: wholeLines(text, messageLimits.interrupts) });
    },
  };
}

export const interruptsBefore = readInterrupts('before');
export const interruptsAfter = readInterrupts('after');

/** At most `limit` characters of `text`, cut at the end of a line. */
export function wholeLines(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return text.slice(0, text.lastIndexOf('\n', limit - 1) + 1);
}

import { messageLimits } from '@coordinator/shared/message/protocol';
import type { StageContext } from '../stages/context.ts';
import { clip, reasonOf } from '../system/text.ts';

const KERNEL_LOG_FILE = 'dmesg.log';
const KERNEL_LOG_BYTES = 1 << 20;

/** Leaves the last of the kernel's log in the results. It is a help, not a result: trouble with it is only said. */
export async function saveKernelLog({ system, channel, results }: StageContext): Promise<void> {
  const { output, problem } = await system.command('dmesg', [], KERNEL_LOG_BYTES);
  try {
    if (problem !== null) throw new Error(problem);
    system.files.write(`${results}/${KERNEL_LOG_FILE}`, output);
  } catch (error) {
    const text = clip(`no kernel log: ${reasonOf(error)}`, messageLimits.line);
    channel.send({ type: 'log', level: 'warning', text });
    return;
  }
  channel.send({ type: 'artifact', name: KERNEL_LOG_FILE });
}

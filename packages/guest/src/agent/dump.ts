import { messageLimits } from '@coordinator/shared/message/protocol';
import type { StageContext } from '../stages/context.ts';
import { asciiText, clip, reasonOf } from '../system/text.ts';

const KERNEL_LOG_BYTES = 256 * 1024;

/** Leaves /proc/interrupts and the kernel's log of now as the artifact `dump-N.log`. */
export async function dump({ system, channel, results }: StageContext, number: number): Promise<void> {
  const name = `dump-${number}.log`;
  const interrupts = system.read('/proc/interrupts') ?? 'cannot be read';
  const { output, problem } = await system.command('dmesg', [], KERNEL_LOG_BYTES);
  const log = problem ?? asciiText(output);
  try {
    system.files.write(`${results}/${name}`, `/proc/interrupts:\n${interrupts}\n\nkernel log:\n${log}\n`);
  } catch (error) {
    const text = clip(`no dump: ${reasonOf(error)}`, messageLimits.line);
    channel.send({ type: 'log', level: 'warning', text });
    return;
  }
  channel.send({ type: 'artifact', name });
}

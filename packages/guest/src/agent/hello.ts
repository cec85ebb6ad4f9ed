import type { AgentMessage } from '@coordinator/shared/message';
import { messageLimits, PROTOCOL_VERSION } from '@coordinator/shared/message/protocol';
import type { StageContext } from '../stages/context.ts';
import type { GuestSystem } from '../system/guest-system.ts';
import { asciiText, clip } from '../system/text.ts';

/** As in package.json. */
export const AGENT_VERSION = '0.1.0';

/** What an agent says of the machine that it is in; the same in all guests that are restored from one. */
export type MachineFacts = Pick<
  Extract<AgentMessage, { type: 'hello' }>,
  'kernel' | 'machine' | 'cpus' | 'memory_bytes'
>;

export async function machineFacts(system: GuestSystem): Promise<MachineFacts> {
  return {
    kernel: clip(system.kernelRelease(), messageLimits.name),
    machine: clip(await machine(system), messageLimits.name),
    cpus: countCpus(system.read('/sys/devices/system/cpu/online') ?? ''),
    memory_bytes: memoryBytes(system.read('/proc/meminfo') ?? ''),
  };
}

/** @param uptime_ms when the agent started, in milliseconds since the kernel did. */
export function sayHello({ runtime, channel }: StageContext, facts: MachineFacts, uptime_ms: number): void {
  const agent = { version: AGENT_VERSION, runtime: runtime.name };
  channel.send({ type: 'hello', protocol: PROTOCOL_VERSION, agent, ...facts, uptime_ms });
}

/** `uname -m`. Linux has it in /proc since 6.1, which spares starting a program. */
async function machine(system: GuestSystem): Promise<string> {
  const known = system.read('/proc/sys/kernel/arch');
  if (known) return known;
  const { output, problem } = await system.command('uname', ['-m']);
  return (problem === null && asciiText(output).trim()) || 'unknown';
}

/** CPUs in a kernel list such as "0-3,8"; at least the one this runs on. */
export function countCpus(list: string): number {
  let cpus = 0;
  for (const [, first = '', last = first] of list.matchAll(/(\d+)(?:-(\d+))?/g)) {
    cpus += Math.max(0, Number(last) - Number(first) + 1);
  }
  return Math.max(1, cpus);
}

/** "MemTotal:  237568 kB" of /proc/meminfo, in bytes. */
export function memoryBytes(meminfo: string): number {
  return Number(/^MemTotal:\s*(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024;
}

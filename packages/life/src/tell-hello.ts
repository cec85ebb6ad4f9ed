import type { UnstampedEvent } from '@coordinator/shared/event';
import type { AgentMessage } from '@coordinator/shared/message';

/** @param boot_ms from the VMM's start to now */
export function tellHello(
  message: Extract<AgentMessage, { type: 'hello' }>,
  guest: string,
  boot_ms: number,
): UnstampedEvent {
  const { uptime_ms, kernel, machine, cpus, memory_bytes, agent } = message;
  const { version, runtime } = agent;
  const about = { uptime_ms, kernel, machine, cpus, memory_bytes, agent: version, runtime };
  return { type: 'guest-hello', guest, boot_ms, ...about };
}

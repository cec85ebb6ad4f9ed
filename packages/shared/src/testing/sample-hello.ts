import type { AgentMessage } from '../message/index.ts';

/** What an agent says first, for specs. */
export const sampleHello: Extract<AgentMessage, { type: 'hello' }> = {
  type: 'hello',
  protocol: 2,
  agent: { version: '0.1.0', runtime: 'quickjs' },
  kernel: '6.12',
  machine: 'aarch64',
  cpus: 2,
  memory_bytes: 1,
  uptime_ms: 1,
};

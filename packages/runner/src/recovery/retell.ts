import { tellHello } from '@coordinator/life';
import type { UnstampedEvent } from '@coordinator/shared/event';
import type { AgentMessage } from '@coordinator/shared/message';
import type { Device } from '@coordinator/shared/report';

const NOT_JUDGED = 'the coordinator was killed before it had judged this';

/**
 * What a guest had said when its coordinator died, as an event for the record; null for what is none. Nobody holds it
 * against the plan any more: a test that is said to have passed is told as skipped.
 * @param planned names of the tests that may be told of.
 */
export function retell(
  message: AgentMessage,
  guest: string,
  { host_bdf }: Device,
  planned: ReadonlySet<string>,
): UnstampedEvent | null {
  switch (message.type) {
    case 'hello':
      return tellHello(message, guest, message.uptime_ms);
    case 'device': {
      const { bdf, driver, node } = message;
      return { type: 'guest-device', guest, device: { host_bdf, guest_bdf: bdf, driver, node } };
    }
    case 'test-end': {
      if (!planned.has(message.name)) return null;
      const { type: _, program: _program, ...test } = message;
      if (test.outcome !== 'pass') return { type: 'guest-test', guest, test };
      return { type: 'guest-test', guest, test: { ...test, outcome: 'skip', message: NOT_JUDGED } };
    }
    default:
      return null;
  }
}

import type { Channel } from '../channel/channel.ts';
import type { Clock } from '../runtime/runtime.ts';

/**
 * Tells a stalled agent from a long test.
 * @param uptimeMs how long the guest is up by now
 * @param onBroken nothing can be told any more
 * @returns what ends it
 */
export function beat(
  channel: Channel,
  clock: Clock,
  { uptimeMs, everyMs }: { readonly uptimeMs: number; readonly everyMs: number },
  onBroken: (error: Error) => void,
): () => void {
  const started = clock.now();
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(everyMs, () => {
      try {
        channel.send({ type: 'heartbeat', uptime_ms: uptimeMs + clock.now() - started });
        next();
      } catch (error) {
        onBroken(error as Error);
      }
    });
  };
  next();
  return () => cancel();
}

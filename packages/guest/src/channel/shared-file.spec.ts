import { FrameDecoder } from '@coordinator/shared/frame';
import { type AgentMessage, parseMessage } from '@coordinator/shared/message';
import { describe, expect, it } from 'vitest';
import { loadNode } from '../runtime/node.ts';
import type { Clock } from '../runtime/runtime.ts';
import { ChannelError } from './channel.ts';
import { SharedFileChannel } from './shared-file.ts';

const { clock: nodeClock } = await loadNode();

const stage: AgentMessage = { type: 'stage', stage: 'tests' };

/** A file that takes `accept(bytes)` bytes a write, or throws. */
function openChannel(accept: (bytes: Uint8Array, write: number) => number) {
  const broken: Error[] = [];
  const written: number[] = [];
  let writes = 0;
  let blocked = 0;
  const block = (delay: number) => {
    blocked += delay;
  };
  const clock: Clock = { ...nodeClock, block };
  const file = {
    write(bytes: Uint8Array) {
      const count = accept(bytes, ++writes);
      written.push(...bytes.subarray(0, count));
      return count;
    },
  };
  return {
    channel: new SharedFileChannel(file, clock, (error) => broken.push(error)),
    broken,
    items: () => {
      const decoder = new FrameDecoder();
      return [...decoder.push(Uint8Array.from(written)), ...decoder.end()];
    },
    counts: () => ({ writes, blocked }),
  };
}

const fail = (): never => {
  throw new Error('No space left on device');
};

describe('SharedFileChannel', () => {
  it('writes one frame a message with one write', () => {
    const { channel, items, counts } = openChannel((bytes) => bytes.length);
    channel.send(stage);
    channel.send({ type: 'bye' });
    const messages = items().map((item) => (item.kind === 'frame' ? parseMessage(item.payload) : item));
    expect(messages).toEqual([
      { ok: true, message: stage },
      { ok: true, message: { type: 'bye' } },
    ]);
    expect(counts()).toEqual({ writes: 2, blocked: 0 });
  });

  describe("a test's results", () => {
    const results: AgentMessage = { type: 'interrupts', when: 'after', test: 'a', text: '', waited_ms: 0 };

    it('go with what is said next, in order', () => {
      const { channel, items, counts } = openChannel((bytes) => bytes.length);
      channel.send(results);
      channel.send(results);
      expect(counts().writes).toBe(0);
      channel.send(stage);
      expect(counts().writes).toBe(1);
      expect(items()).toMatchObject([1, 2, 3].map((sequence) => ({ kind: 'frame', sequence })));
    });

    it.each([
      ['anything else is done', () => nodeClock.sleep(1)],
      ['all is flushed', (channel: SharedFileChannel) => channel.flush()],
    ])('are written before %s', async (_, wait) => {
      const { channel, items } = openChannel((bytes) => bytes.length);
      channel.send(results);
      await wait(channel);
      expect(items()).toMatchObject([{ kind: 'frame', sequence: 1 }]);
      channel.send(stage);
      expect(items()).toHaveLength(2);
    });

    it('break the channel when they cannot be written, though nobody waits for that', async () => {
      const { channel, broken } = openChannel(fail);
      channel.send(results);
      await nodeClock.sleep(1);
      expect(broken).toMatchObject([{ message: expect.stringContaining('No space left on device') }]);
    });
  });

  it('lets the rest of a frame follow a short write, even after an error', () => {
    const { channel, items } = openChannel((bytes, write) =>
      write === 2 ? fail() : Math.min(7, bytes.length),
    );
    channel.send(stage);
    expect(items()).toMatchObject([{ kind: 'frame', sequence: 1 }]);
  });

  it('gives up after half a second, then at once', () => {
    const { channel, counts } = openChannel(fail);
    expect(() => channel.send(stage)).toThrow(ChannelError);
    expect(counts()).toEqual({ writes: 10, blocked: 450 });
    expect(() => channel.send(stage)).toThrow('the channel to the host is broken: No space left on device');
    expect(counts()).toEqual({ writes: 11, blocked: 450 });
  });

  it('is found again by the reader once the disk has room', () => {
    const { channel, items } = openChannel((bytes, write) =>
      write === 1 ? 9 : write <= 11 ? fail() : bytes.length,
    );
    expect(() => channel.send(stage)).toThrow(ChannelError);
    channel.send({ type: 'bye' });
    expect(items()).toMatchObject([{ kind: 'skipped' }, { kind: 'gap' }, { kind: 'frame', sequence: 2 }]);
  });
});

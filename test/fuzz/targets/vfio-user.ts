import { makeEngine } from '../../../packages/engine/src/defects/make-engine.ts';
import { Cmd } from '../../../packages/engine/src/frame/layout.ts';
import { launchWrites } from '../../../packages/engine/src/testing/transaction.ts';
import { ProtocolError } from '../../../packages/vfio-user/src/errno.ts';
import { encodeMessage } from '../../../packages/vfio-user/src/testing/client.ts';
import { SessionInMemory } from '../../../packages/vfio-user/src/testing/session-in-memory.ts';
import { Command, Flag } from '../../../packages/vfio-user/src/wire/protocol.ts';
import { holds, Script, same, type Target } from '../target.ts';

const hello = encodeMessage(Command.VERSION, Buffer.alloc(4));
const PIECE_BYTES = 1000;
/** Begins bytes that are no message of ours. */
const RAW = 0xff;

type Wire = SessionInMemory<ReturnType<typeof makeEngine>>;

/** Feeds an input; a client that breaks the protocol is told so, and nothing else is thrown. */
function talk(script: Script): void {
  const wire = new SessionInMemory((port) => makeEngine({ vectors: 16 }, port));
  wire.feed(hello, PIECE_BYTES);
  wire.reply();
  for (let id = 1; !script.isOver; id++) {
    const command = script.byte();
    const isRaw = command === RAW;
    const piece = isRaw ? 1 + script.byte() : PIECE_BYTES;
    const bytes = isRaw ? script.block() : encodeMessage(command, script.block(), 0, id);
    const isWhole = wire.input.receivedPosition === wire.input.takenPosition;
    if (!isUnderstood(() => wire.feed(bytes, piece))) return;
    const replies = drain(wire).filter(({ flags }) => (flags & Flag.TYPE_MASK) === Flag.REPLY);
    // Behind a message that is not whole, what was meant for one is its payload.
    if (isRaw || !isWhole) continue;
    const answered = replies.map((one) => [one.id, one.command]);
    same(answered, [[id, command]], 'replies to one request');
  }
}

function isUnderstood(feed: () => void): boolean {
  try {
    feed();
    return true;
  } catch (error) {
    holds(error instanceof ProtocolError, `another error than ProtocolError: ${(error as Error).stack}`);
    return false;
  }
}

/** Everything the server has sent. */
function drain(wire: Wire): readonly ReturnType<Wire['reply']>[] {
  const messages: ReturnType<Wire['reply']>[] = [];
  while (wire.outbox.length > 0) messages.push(wire.reply());
  return messages;
}

/** A request that reads or writes a region. */
function access(
  command: number,
  region: number,
  offset: number,
  count: number,
  data: readonly number[] = [],
) {
  const payload = Buffer.alloc(16);
  payload.writeBigUInt64LE(BigInt(offset), 0);
  payload.writeUInt32LE(region, 8);
  payload.writeUInt32LE(count, 12);
  return [command, payload.length + data.length, ...payload, ...data];
}

const { REGION_READ, REGION_WRITE } = Command;
/** Of PCI configuration space: bus mastering and memory space. */
const enable = access(REGION_WRITE, 7, 4, 2, [6, 0]);
/** A driver has the engine copy a page; its memory is not mapped, then is, without a file: it is asked for by messages. */
const launch = launchWrites(0, Cmd.MEMCPY, { begin: 0n, size: 64n, to: 0x80n, vector: 1 }).flatMap(
  ({ offset, count, value }) => {
    const data = Buffer.alloc(8);
    data.writeBigUInt64LE(value);
    return access(REGION_WRITE, 0, offset, count, [...data.subarray(0, count)]);
  },
);
const map = [Command.DMA_MAP, 32, 32, 0, 0, 0, 3, ...new Array(18).fill(0), 0x10, ...new Array(7).fill(0)];
/** What the client answers to the server's first request. */
const served = encodeMessage(Command.DMA_READ, Buffer.alloc(16 + 64), Flag.REPLY, 0);
const info = [Command.DEVICE_GET_INFO, 16, 16, ...new Array(15).fill(0)];

/** What a VMM, or whoever has taken its place, says to the process that is the devices. */
export const vfioUser: Target = {
  name: 'vfio-user',
  maxBytes: 2048,
  words: [REGION_READ, REGION_WRITE, Command.DMA_MAP, Command.DMA_UNMAP, Command.DEVICE_SET_IRQS].map(
    (command) => String.fromCharCode(command, 16),
  ),
  seeds: [
    info,
    [...enable, ...access(REGION_READ, 7, 0, 4), ...access(REGION_WRITE, 0, 0, 4, [1, 0, 0, 0])],
    [...enable, Command.DMA_MAP, 32, 32, 0, 0, 0, 3, ...new Array(27).fill(0), Command.DEVICE_RESET, 0],
    [...enable, ...launch],
    [...enable, ...map, ...launch, RAW, 50, served.length, ...served, RAW, 50, served.length, ...served],
    [RAW, 3, 16, ...encodeMessage(REGION_READ, Buffer.alloc(0))],
  ].map((bytes) => Uint8Array.from(bytes)),
  run: (bytes) => talk(new Script(bytes)),
};
